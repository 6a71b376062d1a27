import { FluxError } from '../core/errors.ts';
import { type Flag, type Flags, readFlag } from './flags.ts';
import { nearest } from './nearest.ts';

/** Arguments and flag values of one call. */
export interface ParsedArgv {
  readonly args: readonly string[];
  /** Each flag's value, defaults included. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** Names of the flags that were given. */
  readonly given: ReadonlySet<string>;
}

/**
 * Reads a command line in the grammar of the flux CLI: flags anywhere, `--name value`, `--name=value`, `-n value`, `-nvalue`,
 * joined switches (`-sA`), `--switch=false`, `--` ends the flags.
 *
 * Effects: none
 * Source: spf13/pflag, whose messages these are
 *
 * @throws {FluxError} usage/unknown-flag, usage/missing-value, usage/bad-value
 */
export function parseArgv(argv: readonly string[], flags: Flags): ParsedArgv {
  const byShort = new Map<string, string>();
  for (const [name, flag] of Object.entries(flags)) if (flag.short !== undefined) byShort.set(flag.short, name);
  const values = new Map<string, unknown>();
  const args: string[] = [];

  const set = (name: string, flag: Flag<unknown>, text: string) => {
    values.set(name, readFlag(name, flag, text, values.get(name)));
  };

  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === '--') {
      args.push(...argv.slice(index + 1));
      break;
    }
    if (word.startsWith('--')) {
      const equals = word.indexOf('=');
      const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
      const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
      if (flag === undefined) throw unknownFlag(`--${name}`, flags);
      if (equals >= 0) set(name, flag, word.slice(equals + 1));
      else if (flag.bare !== undefined) {
        // A switch that knows words takes the next one where it is one of them: `--headroom kinds`.
        const next = argv[index + 1];
        const isTaken = next !== undefined && flag.options?.includes(next) === true;
        if (isTaken) index += 1;
        set(name, flag, isTaken ? next : flag.bare);
      } else set(name, flag, valueAfter(argv, ++index, `flag needs an argument: --${name}`));
    } else if (word.length > 1 && word.startsWith('-')) {
      index = readShorts(word, argv, index, flags, byShort, set);
    } else {
      args.push(word);
    }
  }

  const all: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags)) all[name] = values.has(name) ? values.get(name) : flag.default;
  return { args, flags: all, given: new Set(values.keys()) };
}

/** Reads `-sA`, `-n value`, `-nvalue` and `-n=value`; returns the index of the last word used. */
function readShorts(
  word: string,
  argv: readonly string[],
  index: number,
  flags: Flags,
  byShort: ReadonlyMap<string, string>,
  set: (name: string, flag: Flag<unknown>, text: string) => void,
): number {
  for (let at = 1; at < word.length; at += 1) {
    const letter = word[at] ?? '';
    const name = byShort.get(letter);
    const flag = name === undefined ? undefined : flags[name];
    if (name === undefined || flag === undefined) {
      throw new FluxError('usage/unknown-flag', `unknown shorthand flag: '${letter}' in ${word}`, {
        hint: 'see --help for the flags there are',
      });
    }
    const rest = word.slice(at + 1);
    if (rest.startsWith('=')) {
      set(name, flag, rest.slice(1));
      return index;
    }
    if (flag.bare !== undefined) {
      set(name, flag, flag.bare);
      continue;
    }
    if (rest !== '') {
      set(name, flag, rest);
      return index;
    }
    set(name, flag, valueAfter(argv, index + 1, `flag needs an argument: '${letter}' in ${word}`));
    return index + 1;
  }
  return index;
}

function valueAfter(argv: readonly string[], index: number, otherwise: string): string {
  const value = argv[index];
  if (value === undefined) throw new FluxError('usage/missing-value', otherwise);
  return value;
}

function unknownFlag(word: string, flags: Flags): FluxError {
  const visible = Object.keys(flags).filter((name) => flags[name]?.hidden !== true);
  const near = nearest(word.slice(2), visible);
  return new FluxError('usage/unknown-flag', `unknown flag: ${word}`, {
    hint: near === undefined ? 'see --help for the flags there are' : `did you mean --${near}?`,
  });
}

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandIndex } from '../../../src/commands/index.ts';
import type { AnyCommand } from '../../../src/lib/cli/command.ts';
import type { Flag } from '../../../src/lib/cli/flags.ts';
import { flagsOf } from '../../../src/lib/cli/launch.ts';

/** A flag of the flux CLI 2.9.4. */
interface FluxFlag {
  readonly name: string;
  readonly shorthand: string | null;
  readonly type: string;
  readonly default: string;
  readonly enum?: readonly string[] | null;
  readonly hidden?: boolean;
  readonly constraint?: { readonly validated?: boolean } | null;
}

/** A command of the flux CLI 2.9.4. */
interface FluxCommand {
  readonly path: string;
  readonly aliases: readonly string[];
  readonly runnable: boolean;
  readonly hidden: boolean;
  readonly args: readonly { readonly name: string; readonly required: boolean; readonly variadic: boolean }[];
  readonly localFlags: readonly FluxFlag[];
  readonly persistentFlags: readonly FluxFlag[];
  /** By name; what they are stands with the command that has them. */
  readonly inheritedFlags: readonly string[];
}

const FACTS = fileURLToPath(new URL('../../../../shared/facts/flux-cli.json', import.meta.url));

/** Commands whose surface is held to flux's. */
const HELD = /^flux create\b/;

/** Where the surface departs; each is a row of docs/differences.md. The test fails where one does not depart any more. */
const DEPARTURES: Readonly<Record<string, string>> = {
  'create tenant --cluster-role default': 'least privilege: admin rather than cluster-admin',
};

/** How a type of pflag is called here; all that is not here takes one text. */
const TYPES: Readonly<Record<string, string>> = {
  bool: '',
  duration: 'duration',
  stringSlice: 'strings',
  stringArray: 'stringArray',
  stringToString: 'key=value',
  int: 'int',
  int64: 'int',
  float32: 'float',
};
const OWN_TYPES = new Set(Object.values(TYPES));

describe('the surface of the flux CLI', { skip: existsSync(FACTS) ? false : `${FACTS} is not there` }, () => {
  const all = existsSync(FACTS) ? (JSON.parse(readFileSync(FACTS, 'utf8')) as { commands: FluxCommand[] }).commands : [];
  const byPath = new Map(all.map((command) => [command.path, command]));
  const index = commandIndex();
  const held = all.filter(({ path, runnable, hidden }) => HELD.test(path) && runnable && !hidden);

  /** A flag that a command inherits, from the nearest of those above it. */
  const inherited = (path: string, name: string): FluxFlag | undefined => {
    for (let words = path.split(' ').slice(0, -1); words.length > 0; words = words.slice(0, -1)) {
      const found = byPath.get(words.join(' '))?.persistentFlags.find((flag) => flag.name === name);
      if (found !== undefined) return found;
    }
    return undefined;
  };

  test('is all there, flag by flag', async (t) => {
    const found: string[] = [];
    for (const wanted of held) {
      const id = wanted.path.replace(/^flux /, '');
      const entry = index[id];
      if (entry === undefined) {
        found.push(`${id} is missing`);
        continue;
      }
      const { default: command } = await entry.load();
      found.push(...compareCommand(id, wanted, command));
      const flags = flagsOf(command);
      const wantedFlags = [
        ...wanted.localFlags,
        ...wanted.persistentFlags,
        ...wanted.inheritedFlags.flatMap((name) => inherited(wanted.path, name) ?? []),
      ].filter(({ name }) => name !== 'help');
      for (const flag of wantedFlags) found.push(...compareFlag(`${id} --${flag.name}`, flag, flags[flag.name]));
    }
    t.diagnostic(`${held.length} commands`);
    assert.deepEqual(found.toSorted(), Object.keys(DEPARTURES).toSorted());
  });
});

function compareCommand(id: string, wanted: FluxCommand, command: AnyCommand): string[] {
  const args = (command.args ?? []).map(({ name, required = false, variadic = false }) => ({ name, required, variadic }));
  const wantedArgs = wanted.args.map(({ name, required, variadic }) => ({ name, required, variadic }));
  return [
    ...wanted.aliases.filter((alias) => command.aliases?.includes(alias) !== true).map((alias) => `${id} alias ${alias}`),
    ...(wanted.args.length > 0 && JSON.stringify(args) !== JSON.stringify(wantedArgs) ? [`${id} arguments`] : []),
  ];
}

function compareFlag(name: string, wanted: FluxFlag, flag: Flag<unknown> | undefined): string[] {
  if (flag === undefined) return [`${name} is missing`];
  const type = TYPES[wanted.type];
  const hasType = type === undefined ? !OWN_TYPES.has(flag.type) : flag.type === type;
  const values = wanted.type === 'enum' || wanted.constraint?.validated === true ? (wanted.enum ?? []) : [];
  return [
    ...((wanted.shorthand ?? undefined) === flag.short ? [] : [`${name} shorthand`]),
    ...(hasType ? [] : [`${name} type`]),
    ...(defaultOf(wanted) === (flag.defaultText ?? '') ? [] : [`${name} default`]),
    ...(values.every((value) => takes(flag, value)) ? [] : [`${name} values`]),
    ...(wanted.hidden === true && flag.hidden !== true ? [`${name} is not hidden`] : []),
  ];
}

/** How our metadata writes a default of pflag's. */
function defaultOf({ name, type, default: text }: FluxFlag): string {
  // It depends on HOME; the description says so.
  if (name === 'cache-dir') return '';
  if (type === 'bool') return text === 'true' ? 'true' : '';
  return text === '[]' ? '' : text;
}

/** Tells whether a flag takes a value, or the kind of a reference. */
function takes(flag: Flag<unknown>, value: string): boolean {
  return [value, `${value}/name`].some((text) => {
    try {
      flag.parse(text, undefined);
      return true;
    } catch {
      return false;
    }
  });
}

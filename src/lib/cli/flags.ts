import { parseDuration } from '../core/duration.ts';
import { FluxError, messageOf } from '../core/errors.ts';
import { parseCsvLine } from './csv.ts';
import { nearest } from './nearest.ts';

/** How a flag is read, what it stands for, and how help shows it. */
export interface Flag<T> {
  /** What help writes for the value: `string`, `duration`, `strings`; empty for a switch. */
  readonly type: string;
  readonly description: string;
  readonly short?: string;
  readonly default: T;
  /** How help writes the default; absent means there is none worth showing. */
  readonly defaultText?: string;
  /** The value that the flag has when it stands alone (switches). */
  readonly bare?: string;
  /** The values there are, where they are few. */
  readonly options?: readonly string[];
  readonly repeatable?: boolean;
  readonly hidden?: boolean;
  /**
   * Reads a value.
   *
   * @param before the value so far, where the flag was given before; undefined the first time
   * @throws {Error} whose message completes `invalid argument "x" for "--name" flag: …`
   */
  parse(text: string, before: T | undefined): T;
}

/** Flags by name. */
export type Flags = Readonly<Record<string, Flag<unknown>>>;

/** The values of flags. */
export type FlagValues<F extends Flags> = { readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never };

/** What every builder of a flag takes. */
export interface FlagOptions<T> {
  readonly description: string;
  readonly short?: string;
  readonly default?: T;
  readonly hidden?: boolean;
}

/** A text. */
export function string(options: FlagOptions<string>): Flag<string> {
  const value = options.default ?? '';
  return { type: 'string', ...common(options), default: value, ...shown(value), parse: (text) => text };
}

/** A switch; `--name=false` turns it off. */
export function boolean(options: FlagOptions<boolean>): Flag<boolean> {
  const value = options.default ?? false;
  return { type: '', ...common(options), default: value, ...(value ? shown('true') : {}), bare: 'true', parse: parseBoolean };
}

/** A whole number. */
export function integer(options: FlagOptions<number>): Flag<number> {
  const value = options.default ?? 0;
  return { type: 'int', ...common(options), default: value, ...shown(String(value)), parse: parseInteger };
}

/** A number. */
export function number(options: FlagOptions<number>): Flag<number> {
  const value = options.default ?? 0;
  return { type: 'float', ...common(options), default: value, ...shown(String(value)), parse: parseNumber };
}

/** A Go duration (`1m30s`); the value is in milliseconds. `defaultText` is how the default reads. */
export function duration(options: Omit<FlagOptions<never>, 'default'> & { defaultText: string }): Flag<number> {
  const { defaultText, ...rest } = options;
  return {
    type: 'duration',
    ...common(rest),
    default: parseDuration(defaultText),
    defaultText,
    parse: (text) => parseDuration(text),
  };
}

/** A list: comma-separated, and each further use adds to it. */
export function strings(options: FlagOptions<readonly string[]>): Flag<readonly string[]> {
  const value = options.default ?? [];
  return {
    type: 'strings',
    ...common(options),
    default: value,
    ...shown(value.join(',')),
    repeatable: true,
    parse: (text, before) => [...(before ?? []), ...(text === '' ? [] : parseCsvLine(text))],
  };
}

/** A list with one value for each use; commas are part of the value. */
export function stringArray(options: FlagOptions<readonly string[]>): Flag<readonly string[]> {
  return {
    type: 'stringArray',
    ...common(options),
    default: options.default ?? [],
    repeatable: true,
    parse: (text, before) => [...(before ?? []), text],
  };
}

/**
 * A map: `key=value` pairs, comma-separated, and each further use adds to it.
 *
 * Source: pflag string_to_string.go
 */
export function keyValues(options: Omit<FlagOptions<never>, 'default'>): Flag<Readonly<Record<string, string>>> {
  return {
    type: 'key=value',
    ...common(options),
    default: {},
    repeatable: true,
    parse(text, before) {
      // A single pair is taken as it is: its value may have commas.
      const pairs = text.split('=').length === 2 ? [text.replaceAll(/^"+|"+$/g, '')] : parseCsvLine(text);
      const entries = pairs.map((pair): [string, string] => {
        const at = pair.indexOf('=');
        if (at < 0) throw new FluxError('usage/bad-value', `${pair} must be formatted as key=value`);
        return [pair.slice(0, at), pair.slice(at + 1)];
      });
      return { ...before, ...Object.fromEntries(entries) };
    },
  };
}

/** Words for a value that is one of a few, and for what is said when it is not. */
export interface ChoiceOptions<T extends string> extends FlagOptions<T | ''> {
  readonly options: readonly T[];
  /** Says what is wrong with a value; its end names the options. */
  readonly refuse?: (text: string) => string;
}

/** One of a few values. An empty default means that none is chosen. */
export function choice<T extends string>(options: ChoiceOptions<T>): Flag<T | ''> {
  const value = options.default ?? '';
  const refuse = options.refuse ?? ((text) => `'${text}' is not supported, must be one of: ${options.options.join(', ')}`);
  return {
    type: options.options.join('|'),
    ...common(options),
    default: value,
    ...shown(value),
    options: options.options,
    parse(text) {
      const found = options.options.find((option) => option === text);
      if (found === undefined) throw new FluxError('usage/bad-value', refuse(text));
      return found;
    },
  };
}

/**
 * A switch that may say more: alone or with `true` it means the first word, with `false` nothing, and else one of the words.
 */
export function switchWithWords<T extends string>(
  options: FlagOptions<never> & { readonly words: readonly [T, ...T[]] },
): Flag<T | ''> {
  const { words, ...rest } = options;
  return {
    type: words.join('|'),
    ...common(rest),
    default: '',
    options: words,
    bare: words[0],
    parse(text) {
      const found = words.find((word) => word === text);
      return found ?? (parseBoolean(text) ? words[0] : '');
    },
  };
}

/** A value with a form of its own. */
export function custom<T>(
  options: Omit<FlagOptions<T>, 'default'> & {
    type: string;
    default: T;
    defaultText?: string;
    options?: readonly string[];
    parse: (text: string) => T;
  },
): Flag<T> {
  return {
    type: options.type,
    ...common(options),
    default: options.default,
    ...(options.defaultText === undefined ? {} : shown(options.defaultText)),
    ...(options.options === undefined ? {} : { options: options.options }),
    parse: (text) => options.parse(text),
  };
}

/**
 * A path that stays below the folder it is joined to; the value always starts with `./`.
 *
 * Source: fluxcd/flux2 internal/flags/safe_relative_path.go
 */
export function relativePath(options: FlagOptions<string>): Flag<string> {
  return custom({
    ...options,
    type: 'safeRelativePath',
    default: options.default ?? '',
    ...(options.default === undefined ? {} : { defaultText: options.default }),
    parse: cleanRelativePath,
  });
}

/** Joins a path below `./`, so that neither `..` nor a leading `/` leaves it. */
export function cleanRelativePath(text: string): string {
  const kept: string[] = [];
  for (const part of text.trim().split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') kept.pop();
    else kept.push(part);
  }
  return `./${kept.join('/')}`;
}

function common(options: { description: string; short?: string; hidden?: boolean }): {
  description: string;
  short?: string;
  hidden?: boolean;
} {
  return {
    description: options.description,
    ...(options.short === undefined ? {} : { short: options.short }),
    ...(options.hidden === undefined ? {} : { hidden: options.hidden }),
  };
}

function shown(text: string): { defaultText?: string } {
  return text === '' ? {} : { defaultText: text };
}

function parseBoolean(text: string): boolean {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
  throw new FluxError('usage/bad-value', `strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
}

function parseInteger(text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (/^[+-]?(\d+|0[xX][\da-fA-F]+|0[oO]?[0-7]+|0[bB][01]+)$/.test(text.replaceAll('_', '')) && Number.isSafeInteger(value))
    return value;
  throw new FluxError('usage/bad-value', `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}

function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new FluxError('usage/bad-value', `strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/** The option that was meant, else all of them. */
function hintOf(options: readonly string[] | undefined, text: string): { hint?: string } {
  if (options === undefined) return {};
  const near = nearest(text, options);
  return { hint: near === undefined ? `use one of: ${options.join(', ')}` : `did you mean ${near}?` };
}

/**
 * Reads one value of a flag, and says which flag it was when the value does not fit.
 *
 * @throws {FluxError} usage/bad-value
 */
export function readFlag<T>(name: string, flag: Flag<T>, text: string, before: T | undefined): T {
  try {
    return flag.parse(text, before);
  } catch (error) {
    const shown = flag.short === undefined ? `--${name}` : `-${flag.short}, --${name}`;
    throw new FluxError('usage/bad-value', `invalid argument ${JSON.stringify(text)} for "${shown}" flag: ${messageOf(error)}`, {
      cause: error,
      details: { flag: name },
      ...hintOf(flag.options, text),
    });
  }
}

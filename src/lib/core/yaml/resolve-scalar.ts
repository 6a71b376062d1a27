/** The type that Go gives to a scalar. */
export type ScalarTag = 'null' | 'bool' | 'int' | 'float' | 'timestamp' | 'merge' | 'str';

/** A scalar with its type. `value` is a string for timestamps (RFC 3339) and strings. */
export interface ResolvedScalar {
  readonly tag: ScalarTag;
  readonly value: null | boolean | number | bigint | string;
}

/**
 * Which of Go's two YAML libraries is followed: `sigs` is sigs.k8s.io/yaml (YAML 1.1 booleans), `kyaml` is what kustomize
 * reads resources with (only `true` and `false` are booleans, dates are timestamps).
 */
export type YamlSchema = 'sigs' | 'kyaml';

/**
 * Tells the type and value of a plain (unquoted) scalar.
 *
 * Effects: none
 * Source: go.yaml.in/yaml/v2 and v3, resolve.go
 *
 * @example resolvePlain('0777', 'sigs') // { tag: 'int', value: 511 }
 */
export function resolvePlain(text: string, schema: YamlSchema): ResolvedScalar {
  if (text === '') return NULL;
  const first = text.charCodeAt(0);
  if (first >= 0x30 && first <= 0x39) return resolveNumber(text);
  if (first === 0x2b || first === 0x2d) return WORDS[schema].get(text) ?? resolveNumber(text);
  // Only these letters start a word with a meaning: y n t f o ~ . < (either case).
  if (!STARTS.includes(text[0] ?? '')) return { tag: 'str', value: text };
  const word = WORDS[schema].get(text);
  if (word !== undefined) return word;
  if (first === 0x2e && FLOAT.test(text)) return resolveFloat(text) ?? { tag: 'str', value: text };
  return { tag: 'str', value: text };
}

/**
 * Tells at a glance that a plain scalar is a string to both libraries; `false` says nothing.
 *
 * Effects: none
 */
export function isClearlyText(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first >= 0x41 && first <= 0x7a) return text.length > LONGEST_WORD || !mayBeWord(text, first | 0x20);
  // Numbers and dates end with a digit (maybe of base 16), `_`, `.` or Z: not so `50m`, `64Mi`, `25%`.
  if (first >= 0x30 && first <= 0x39) return !NUMBER_ENDS.includes(text.charAt(text.length - 1));
  if (first !== 0x2d && first !== 0x2b) return first === 0x2f;
  const second = text.charCodeAt(1);
  return second === first || second >= 0x61;
}

/** Letters of the longest word with a meaning, `false`. */
export const LONGEST_WORD = 5;

/** `first`: the first letter in lower case. */
function mayBeWord(text: string, first: number): boolean {
  const { length } = text;
  const second = text.charCodeAt(1) | 0x20;
  switch (first) {
    case 0x74:
      return length === 4 && second === 0x72;
    case 0x66:
      return length === 5 && second === 0x61;
    case 0x6e:
      return length === 4 ? second === 0x75 : length < 3;
    case 0x79:
      return length === 3 ? second === 0x65 : length === 1;
    case 0x6f:
      return length < 4;
    default:
      return false;
  }
}

const NUMBER_ENDS = '0123456789abcdefABCDEF_.Z';

/**
 * Reads a whole number that is written with digits only, and few of them.
 *
 * Effects: none
 *
 * @returns -1 for any other text
 */
export function parseDigits(text: string): number {
  const { length } = text;
  if (length === 0 || length > 15 || (length > 1 && text.charCodeAt(0) === 0x30)) return -1;
  let value = 0;
  for (let at = 0; at < length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Tells whether a string, written without quotes, would be read as something else. */
export function looksTyped(text: string): boolean {
  const word = resolvePlain(text, 'sigs');
  if (word.tag === 'merge') return false;
  return word.tag !== 'str' || (word.value === text && isBase60(text));
}

const STARTS = 'yYnNtTfFoO~.<';
const NULL: ResolvedScalar = { tag: 'null', value: null };
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

const WORDS: Readonly<Record<YamlSchema, ReadonlyMap<string, ResolvedScalar>>> = {
  sigs: words(true),
  kyaml: words(false),
};

function words(yaml11: boolean): ReadonlyMap<string, ResolvedScalar> {
  const found = new Map<string, ResolvedScalar>();
  const add = (resolved: ResolvedScalar, texts: string) => {
    for (const text of texts.split(' ')) found.set(text, resolved);
  };
  add({ tag: 'bool', value: true }, 'true True TRUE');
  add({ tag: 'bool', value: false }, 'false False FALSE');
  if (yaml11) {
    add({ tag: 'bool', value: true }, 'y Y yes Yes YES on On ON');
    add({ tag: 'bool', value: false }, 'n N no No NO off Off OFF');
  }
  add(NULL, '~ null Null NULL');
  add({ tag: 'float', value: Number.NaN }, '.nan .NaN .NAN');
  add({ tag: 'float', value: Number.POSITIVE_INFINITY }, '.inf .Inf .INF +.inf +.Inf +.INF');
  add({ tag: 'float', value: Number.NEGATIVE_INFINITY }, '-.inf -.Inf -.INF');
  add({ tag: 'merge', value: '<<' }, '<<');
  return found;
}

function resolveNumber(text: string): ResolvedScalar {
  const digits = parseDigits(text);
  if (digits >= 0) return { tag: 'int', value: digits };
  const time = parseTimestamp(text);
  if (time !== undefined) return { tag: 'timestamp', value: time };
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  const integer = parseInteger(plain);
  if (integer !== undefined) return { tag: 'int', value: integer };
  if (FLOAT.test(plain)) {
    const float = resolveFloat(plain);
    if (float !== undefined) return float;
  }
  return { tag: 'str', value: text };
}

function resolveFloat(text: string): ResolvedScalar | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? { tag: 'float', value } : undefined;
}

function parseInteger(text: string): number | bigint | undefined {
  const match = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]([0-7]+)|0([0-7]+)|(0|[1-9][0-9]*))$/.exec(text);
  if (match === null) return undefined;
  const [, sign, hex, binary, octal, oldOctal, decimal] = match;
  let value: bigint;
  if (decimal !== undefined) value = BigInt(decimal);
  else if (hex !== undefined) value = BigInt(`0x${hex}`);
  else if (binary !== undefined) value = BigInt(`0b${binary}`);
  else value = BigInt(`0o${octal ?? oldOctal}`);
  if (sign === '-') value = -value;
  if (value < -(2n ** 63n) || value >= (sign === '' ? 2n ** 64n : 2n ** 63n)) return undefined;
  const small = Number(value);
  return Number.isSafeInteger(small) ? small + 0 : value;
}

function isBase60(text: string): boolean {
  const first = text.charCodeAt(0);
  if (!((first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d)) return false;
  return text.includes(':') && BASE_60.test(text);
}

const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(Z|[-+]\d{2}:\d{2}))|(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?))?$/;

/** The RFC 3339 text of what Go takes for a timestamp. */
function parseTimestamp(text: string): string | undefined {
  if (text.length < 8 || text.charCodeAt(4) !== 0x2d) return undefined;
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', h1, m1, s1, f1, zone, h2, m2, s2, f2] = match;
  const hour = h1 ?? h2 ?? '0';
  const minute = m1 ?? m2 ?? '0';
  const second = s1 ?? s2 ?? '0';
  const fraction = (f1 ?? f2 ?? '').slice(0, 9).replace(/0+$/, '');
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > daysIn(Number(year), Number(month)))
    return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (zone !== undefined && zone !== 'Z' && (Number(zone.slice(1, 3)) > 24 || Number(zone.slice(4)) > 60)) return undefined;
  const pad = (part: string) => part.padStart(2, '0');
  const offset = zone === undefined || /^[-+]00:00$/.test(zone) ? 'Z' : zone;
  return `${year}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(second)}${fraction === '' ? '' : `.${fraction}`}${offset}`;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

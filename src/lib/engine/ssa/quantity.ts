/**
 * Kubernetes quantities in their canonical form.
 *
 * Source: k8s.io/apimachinery pkg/api/resource
 */

/** Powers of the decimal suffixes. */
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/** Powers of 1024 of the binary suffixes. */
const BINARY: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 };

/** Quantities are exact to a billionth; what is finer is rounded up. */
const NANO = 9;

/**
 * Writes a quantity as the API server would: `0.1` is `100m`, `1024Mi` is `1Gi`, `1000m` is `1`.
 *
 * Effects: none
 *
 * @returns `undefined` where the text is no quantity
 */
export function formatQuantity(text: string): string | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d+)?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  if (isKept(whole, fraction, suffix)) return text.trim();
  const nano = toNano(whole, fraction, suffix);
  if (nano === 0n) return '0';
  const isExponent = /^[eE][+-]?\d+$/.test(suffix);
  const one = 10n ** BigInt(NANO);
  const isBinary = suffix in BINARY && nano >= 1024n * one && nano % one === 0n;
  const body = isBinary ? formatBinary(nano / one) : formatDecimal(nano, isExponent);
  return sign === '-' ? `-${body}` : body;
}

/** Digits that fit Go's fast path, which keeps a text that is canonical already, down to its sign and its `e0`. */
const FAST_DIGITS = 18;

/** Whether Go keeps the text as it is. */
function isKept(whole: string, fraction: string, suffix: string): boolean {
  const digits = `${whole}${fraction}`;
  if (digits === '0' || digits.length > FAST_DIGITS) return false;
  const binary = BINARY[suffix];
  if (binary !== undefined) return fraction === '' && digits.length <= 14 - 3 * binary && (BigInt(digits) & 7n) !== 0n;
  const scale = (DECIMAL[suffix] ?? Number(suffix.slice(1))) - fraction.length;
  return scale >= -NANO && scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
}

/** The size in billionths, rounded away from zero. */
function toNano(whole: string, fraction: string, suffix: string): bigint {
  const digits = BigInt(`${whole}${fraction}` || '0');
  const binary = BINARY[suffix];
  const multiplied = binary === undefined ? digits : digits * 1024n ** BigInt(binary);
  const decimal = binary === undefined ? (DECIMAL[suffix] ?? Number(suffix.slice(1))) : 0;
  const power = NANO + decimal - fraction.length;
  if (power >= 0) return multiplied * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  return (multiplied + divisor - 1n) / divisor;
}

/** Nothing with a binary suffix is larger; the server caps it. */
const MAX_BINARY = 2n ** 63n - 1n;

function formatBinary(size: bigint): string {
  let rest = size > MAX_BINARY ? MAX_BINARY : size;
  let power = 0;
  while (rest % 1024n === 0n && power < 6) {
    rest /= 1024n;
    power++;
  }
  const suffix = Object.keys(BINARY).find((key) => BINARY[key] === power) ?? '';
  return `${rest}${suffix}`;
}

function formatDecimal(nano: bigint, isExponent: boolean): string {
  let rest = nano;
  let power = -NANO;
  const last = isExponent ? Number.POSITIVE_INFINITY : 18;
  while (rest % 1000n === 0n && power < last) {
    rest /= 1000n;
    power += 3;
  }
  if (isExponent) return power === 0 ? `${rest}` : `${rest}e${power}`;
  const suffix = Object.keys(DECIMAL).find((key) => DECIMAL[key] === power) ?? '';
  return `${rest}${suffix}`;
}

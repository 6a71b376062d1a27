/** From this power of ten on, and below the other, Go's `%g` writes an exponent. */
const MAX_PLAIN_EXPONENT = 6;
const MIN_PLAIN_EXPONENT = -4;

/** What a double is made of. */
interface Digits {
  readonly sign: string;
  /** The fewest that name the number, without a dot. */
  readonly digits: string;
  /** The power of ten of the first digit. */
  readonly exponent: number;
}

function digitsOf(value: number): Digits {
  const [mantissa = '0', exponent = '0'] = Math.abs(value).toExponential().split('e');
  return {
    sign: value < 0 || Object.is(value, -0) ? '-' : '',
    digits: mantissa.replace('.', ''),
    exponent: Number(exponent),
  };
}

/**
 * Writes a double in the fewest digits, as Go's `strconv.FormatFloat(x, 'g', -1, 64)`.
 *
 * Effects: none
 */
export function formatShortest(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const { sign, digits, exponent } = digitsOf(value);
  if (exponent >= MIN_PLAIN_EXPONENT && exponent < MAX_PLAIN_EXPONENT) return formatPlain(value);
  const rest = digits.slice(1);
  const power = `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  return `${sign}${digits[0]}${rest === '' ? '' : `.${rest}`}e${power}`;
}

/** Writes a double in the fewest digits and without an exponent. */
export function formatPlain(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  const { sign, digits, exponent } = digitsOf(value);
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Writes a double with that many digits after the dot; what is in the middle goes to the even digit. */
export function formatFixed(value: number, precision: number): string {
  const scale = 10n ** BigInt(precision);
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const mantissa = (bits & (2n ** 52n - 1n)) | (biased === 0 ? 0n : 2n ** 52n);
  const power = (biased === 0 ? 1 : biased) - 1_075;
  const scaled = power >= 0 ? mantissa * scale * 2n ** BigInt(power) : roundHalfEven(mantissa * scale, 2n ** BigInt(-power));
  const text = scaled.toString().padStart(precision + 1, '0');
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return precision === 0 ? sign + text : `${sign}${text.slice(0, -precision)}.${text.slice(-precision)}`;
}

function roundHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const twice = (dividend % divisor) * 2n;
  if (twice > divisor || (twice === divisor && quotient % 2n === 1n)) return quotient + 1n;
  return quotient;
}

/** Writes a double with an exponent of two digits or more. */
export function formatScientific(value: number, precision: number): string {
  return value
    .toExponential(precision)
    .replace(/e([+-])(\d+)$/, (_all, sign: string, digits: string) => `e${sign}${digits.padStart(2, '0')}`);
}

/** Reads a double as Go does; `undefined` where it is none. */
export function parseDouble(text: string): number | undefined {
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/**
 * Writes a float as Go does: `f` without exponent, `g` and `G` with one below 1e-4 and from 1e6 on.
 *
 * Effects: none
 * Source: strconv.FormatFloat(value, format, -1, 64)
 *
 * @example formatFloat(1e21, 'f') // '1000000000000000000000'
 */
export function formatFloat(value: number, format: 'f' | 'g' | 'G'): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [mantissa = '0', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  const sign = mantissa.startsWith('-') || Object.is(value, -0) ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (format !== 'f' && (exponent < -4 || exponent >= 6)) return withExponent(sign, digits, exponent, format);
  return sign + plainDigits(digits, exponent);
}

function plainDigits(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return digits + '0'.repeat(exponent + 1 - digits.length);
  return `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

function withExponent(sign: string, digits: string, exponent: number, format: 'g' | 'G'): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${sign}${digits.slice(0, 1)}${fraction}${format === 'G' ? 'E' : 'e'}${exponent < 0 ? '-' : '+'}${power}`;
}

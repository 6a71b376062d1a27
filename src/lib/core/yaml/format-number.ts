const MIN_INT64 = -(2n ** 63n);
const MAX_UINT64 = 2n ** 64n;

/**
 * Writes a number as Go's YAML writer does after a trip through JSON: integers of up to 64 bits keep all digits, everything
 * else takes the shortest digits, with an exponent from 1e+06 up and below 1e-04.
 *
 * Effects: none
 * Source: strconv.FormatFloat(x, 'g', -1, 64)
 *
 * @example formatYamlNumber(1234567.5) // '1.2345675e+06'
 */
export function formatYamlNumber(value: number | bigint): string {
  if (typeof value === 'bigint') {
    return value >= MIN_INT64 && value < MAX_UINT64 ? value.toString() : formatFloat(Number(value));
  }
  if (Number.isSafeInteger(value)) return value === 0 ? '0' : String(value);
  // The least integer is out of range once its digits are rounded: -9223372036854776000.
  if (Number.isInteger(value) && value > -9223372036854775808 && value < 18446744073709551616) return formatWhole(value);
  return formatFloat(value);
}

/** JSON writes the shortest digits and fills up with noughts; JavaScript does the same below 1e21. */
function formatWhole(value: number): string {
  return String(value);
}

function formatFloat(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const [mantissa = '', exponentText = ''] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 6) {
    const digits = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  return String(value);
}

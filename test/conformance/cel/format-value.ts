import type { CelValue } from '../../../src/lib/engine/cel/index.ts';

/** Writes a value as the cases have it: types can be told apart, and the keys of maps are in order. */
export function formatValue(value: CelValue): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return formatDouble(value);
  if (typeof value === 'string') return JSON.stringify(value).replace('\\v', '\\u000b');
  if (value instanceof Uint8Array) return `bytes:${Buffer.from(value).toString('base64')}`;
  if (Array.isArray(value)) return `[${value.map(formatValue).join(', ')}]`;
  return formatMarked(value as Exclude<CelValue, readonly CelValue[] | null | boolean | bigint | number | string | Uint8Array>);
}

function formatDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return value.toFixed(1);
  const text = Math.abs(value) >= 1e15 ? value.toExponential() : String(value);
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function formatMarked(
  value: Exclude<CelValue, readonly CelValue[] | null | boolean | bigint | number | string | Uint8Array>,
): string {
  switch (value.kind) {
    case 'uint':
      return `${value.value}u`;
    case 'timestamp': {
      const fraction = (value.nanos % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
      const seconds = new Date(Number(value.nanos / 1_000_000_000n) * 1_000).toISOString().slice(0, 19);
      return `timestamp:${seconds}${fraction === '' ? '' : `.${fraction}`}Z`;
    }
    case 'duration':
      return `duration:${value.nanos}`;
    case 'type':
      return `type:${value.name}`;
    case 'optional':
      return value.value === undefined ? 'null' : formatValue(value.value);
    case 'map': {
      const entries = [...value.keys()].map((key) => `${formatValue(key)}: ${formatValue(value.get(key) ?? null)}`);
      return `{${entries.sort().join(', ')}}`;
    }
  }
}

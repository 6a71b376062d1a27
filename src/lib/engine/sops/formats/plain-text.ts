import { formatFloat } from '../format-float.ts';
import { isBranch, isList, type TreeValue } from '../types.ts';

/**
 * A value as text, for formats that have nothing else; `undefined` for one that has members.
 *
 * Effects: none
 * Source: sops stores/stores.go ValToString
 */
export function plainText(value: TreeValue): string | undefined {
  if (isBranch(value) || isList(value)) return undefined;
  if (value === null) return '<nil>';
  if (typeof value !== 'object') return String(value);
  switch (value.type) {
    case 'float': {
      const text = formatFloat(value.value, 'G');
      return /[.E]/.test(text) || !Number.isFinite(value.value) ? text : `${text}.0`;
    }
    case 'raw':
      return Buffer.from(value.bytes).toString('utf8');
    case 'time':
      return value.text.replace(/\.\d+/, '');
    default:
      return value.text;
  }
}

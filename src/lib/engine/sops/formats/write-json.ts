import { FluxError } from '../../../core/errors.ts';
import { type Branch, isBranch, isComment, isList, type Leaf, type TreeValue } from '../types.ts';

/**
 * Writes a document as JSON with tabs, as SOPS does. Comments are left out.
 *
 * Effects: none
 * Source: sops stores/json/store.go
 *
 * @throws {FluxError} sops/cannot-write: a number that JSON does not have
 */
export function writeJson(branch: Branch): string {
  return `${formatValue(branch, '\n')}\n`;
}

/** `margin` is the line break and what indents the line that the value begins in. */
function formatValue(value: TreeValue, margin: string): string {
  if (isBranch(value)) {
    const members = value.items.flatMap(({ key, value: member }) =>
      typeof key === 'string' ? [`${quote(key)}: ${formatValue(member, `${margin}\t`)}`] : [],
    );
    return enclose('{', members, '}', margin);
  }
  if (isList(value)) {
    const items = value.filter((item) => !isComment(item)).map((item) => formatValue(item, `${margin}\t`));
    return enclose('[', items, ']', margin);
  }
  return formatLeaf(value);
}

function enclose(begin: string, members: readonly string[], end: string, margin: string): string {
  return members.length === 0 ? begin + end : `${begin}${members.map((one) => `${margin}\t${one}`).join(',')}${margin}${end}`;
}

function formatLeaf(leaf: Leaf): string {
  if (leaf === null) return 'null';
  if (typeof leaf === 'string') return quote(leaf);
  if (typeof leaf === 'bigint' || typeof leaf === 'boolean') return String(leaf);
  switch (leaf.type) {
    case 'float':
      if (!Number.isFinite(leaf.value)) throw new FluxError('sops/cannot-write', 'Error marshaling to json: unsupported value');
      return Object.is(leaf.value, -0) ? '-0' : String(leaf.value);
    case 'raw':
      return quote(Buffer.from(leaf.bytes).toString('utf8'));
    default:
      return quote(leaf.text);
  }
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['<', '\\u003c'],
  ['>', '\\u003e'],
  ['&', '\\u0026'],
  ['\u2028', '\\u2028'],
  ['\u2029', '\\u2029'],
]);

/** Go escapes what could end a script in a web page. */
function quote(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029]/g, (sign) => ESCAPES.get(sign) ?? sign);
}

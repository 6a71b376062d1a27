import type { ASTNode } from '@marcbachmann/cel-js';
import { isFluxError } from '../../core/errors.ts';
import { refusal } from './failures.ts';
import type { Node, SelectNode } from './syntax-tree.ts';
import type { CelValue } from './types.ts';
import { MAX_INT, MAX_UINT } from './values.ts';

/** cel-go's bound, in code points. */
const MAX_SIZE = 100_000;

/** Deeper expressions are refused, before they could exhaust the stack. */
const MAX_DEPTH = 400;

/** Functions whose name has a dot. */
const DOTTED = new Set([
  'base64.decode',
  'base64.encode',
  'optional.none',
  'optional.of',
  'optional.ofNonZeroValue',
  'optional.unwrap',
  'sets.contains',
  'sets.equivalent',
  'sets.intersects',
  'strings.quote',
]);

const BINARY = new Set(['!=', '==', '+', '-', '*', '/', '%', '<', '<=', '>', '>=']);
const QUANTIFIERS = new Set(['all', 'exists', 'exists_one', 'filter']);

/**
 * Reads an expression.
 *
 * The grammar is the package's; what its tree means is decided here and in `evaluate`, since its own evaluation knows no
 * bound and differs from cel-go.
 *
 * Effects: loads the parser
 *
 * @throws {FluxError} cel/invalid
 */
export async function parseExpression(expression: string): Promise<Node> {
  const size = [...expression].length;
  if (size > MAX_SIZE) {
    throw refusal('', [{ at: 0, message: `expression code point size exceeds limit: size: ${size}, limit ${MAX_SIZE}` }]);
  }
  const { Environment } = await import('@marcbachmann/cel-js');
  const environment = new Environment({
    enableOptionalTypes: true,
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    limits: { maxDepth: MAX_DEPTH, maxListElements: 10_000, maxMapEntries: 10_000 },
  });
  const parse = (text: string): ASTNode => {
    try {
      return environment.parse(text).ast;
    } catch (cause) {
      throw refusal(text, [mistakeOf(cause, text)]);
    }
  };
  return convert(parse(expression), { expression, parse }, 0);
}

/** What goes down with the conversion. */
interface Reading {
  readonly expression: string;
  parse(text: string): ASTNode;
}

/** What the package throws. */
interface Thrown {
  readonly code?: string;
  readonly summary?: string;
  readonly message?: string;
  readonly range?: { readonly start: number };
}

function mistakeOf(cause: unknown, text: string): { at: number; message: string } {
  if (isFluxError(cause)) throw cause;
  const { code, summary, message, range } = cause as Thrown;
  const at = range?.start ?? 0;
  if (code === 'invalid_macro_argument') {
    return { at: text[at - 1] === '.' ? at - 1 : at, message: 'argument is not an identifier' };
  }
  if (code === 'reserved_identifier') return { at, message: `reserved identifier: ${/^\w+/.exec(text.slice(at))?.[0] ?? ''}` };
  if (code === 'invalid_unicode_surrogate') return { at: startOfText(text, at), message: 'invalid unicode code point' };
  if (code === 'bytes_unicode_escape') return { at: startOfText(text, at), message: 'unable to unescape string' };
  if (code === 'invalid_integer' || code === 'invalid_hex_integer') return { at, message: 'invalid uint literal' };
  if (code === 'invalid_number') return { at, message: 'invalid double literal' };
  if (code === 'limit_exceeded') return { at, message: `expression is too large: ${summary ?? ''}` };
  return { at, message: `Syntax error: ${summary ?? message ?? 'not an expression'}` };
}

/** cel-go points at the literal and not at the escape in it. */
function startOfText(text: string, at: number): number {
  return Math.max(0, text.slice(0, at).search(/b?(?:'[^']*|"[^"]*)$/));
}

function convert(node: ASTNode, reading: Reading, depth: number): Node {
  const { expression } = reading;
  const next = (child: ASTNode): Node => convert(child, reading, depth + 1);
  const start = node.start;
  if (depth > MAX_DEPTH) throw refusal(expression, [{ at: start, message: 'expression recursion limit exceeded' }]);
  const { op } = node;
  if (op === 'value') return { op: 'literal', value: literalOf(node, reading), at: start };
  if (op === 'id') return { op: 'name', name: node.args, at: start };
  if (op === '.' || op === '.?') return convertSelect(next(node.args[0]), node, expression);
  if (op === '[]' || op === '[?]') {
    const target = next(node.args[0]);
    const at = expression.indexOf('[', endOf(node.args[0], expression));
    return { op: 'index', target, index: next(node.args[1]), isOptional: op === '[?]', at };
  }
  if (op === 'call') return convertCall(node, node.args[0], undefined, node.args[1], reading, next);
  if (op === 'rcall') return convertCall(node, node.args[0], node.args[1], node.args[2], reading, next);
  if (op === 'list') return { op: 'list', items: node.args.map(next), at: start };
  if (op === 'map') return { op: 'map', entries: node.args.map(([key, value]) => [next(key), next(value)] as const), at: start };
  if (op === '?:') {
    const [condition, yes, no] = node.args;
    const at = expression.indexOf('?', endOf(condition, expression));
    return { op: 'choose', condition: next(condition), yes: next(yes), no: next(no), at };
  }
  if (op === '||' || op === '&&') {
    const at = expression.indexOf(op, endOf(node.args[0], expression));
    return { op: op === '&&' ? 'and' : 'or', left: next(node.args[0]), right: next(node.args[1]), at };
  }
  if (op === '!_') return { op: 'call', name: '!_', args: [next(node.args)], at: start };
  if (op === '-_') return convertMinus(node.args, start, next);
  if (op === 'in' || BINARY.has(op)) {
    const [left, right] = node.args as [ASTNode, ASTNode];
    const at = expression.indexOf(op, endOf(left, expression));
    return { op: 'call', name: op === 'in' ? '@in' : `_${op}_`, args: [next(left), next(right)], at };
  }
  throw refusal(expression, [{ at: start, message: `Syntax error: ${op} is not known` }]);
}

/** The end of a node, past the brackets around it. */
function endOf(node: ASTNode, expression: string): number {
  let end = node.end;
  for (;;) {
    const match = /^\s*\)/.exec(expression.slice(end, end + 80));
    if (match === null) return end;
    end += match[0].length;
  }
}

/** `-9223372036854775808` is one literal: without its sign it is out of bounds. */
function convertMinus(operand: ASTNode, at: number, next: (child: ASTNode) => Node): Node {
  if (operand.op === 'value' && typeof operand.args === 'bigint' && operand.args <= MAX_INT + 1n) {
    return { op: 'literal', value: -operand.args, at };
  }
  return { op: 'call', name: '-_', args: [next(operand)], at };
}

function convertSelect(target: Node, node: ASTNode, expression: string): SelectNode {
  const field = String((node.args as unknown[])[1]);
  const at = expression.lastIndexOf('.', node.pos);
  const before =
    target.op === 'name' ? { root: target.name, text: target.name } : target.op === 'select' ? target.path : undefined;
  const path = before === undefined ? {} : { path: { root: before.root, text: `${before.text}.${field}` } };
  return { op: 'select', target, field, isOptional: node.op === '.?', at, ...path };
}

function convertCall(
  node: ASTNode,
  name: string,
  receiver: ASTNode | undefined,
  given: readonly ASTNode[],
  reading: Reading,
  next: (child: ASTNode) => Node,
): Node {
  const { expression } = reading;
  const from = receiver === undefined ? node.start : endOf(receiver, expression);
  const at = expression.indexOf('(', from + name.length);
  if (/,\s*\)$/.test(expression.slice(at, node.end))) {
    throw refusal(expression, [{ at: node.end - 1, message: "Syntax error: mismatched input ')'" }]);
  }
  if (receiver === undefined) {
    if (name === 'has' && given[0] !== undefined && given.length === 1) return convertHas(next(given[0]), expression);
    return { op: 'call', name, args: given.map(next), at };
  }
  if (receiver.op === 'id' && DOTTED.has(`${receiver.args}.${name}`)) {
    return { op: 'call', name: `${receiver.args}.${name}`, args: given.map(next), at };
  }
  const target = next(receiver);
  const args = given.map(next);
  const [first, second, third] = args;
  const variable = (): string => {
    if (first?.op === 'name') return first.name;
    throw refusal(expression, [{ at: first?.at ?? at, message: 'argument is not an identifier' }]);
  };
  if (QUANTIFIERS.has(name) && second !== undefined && args.length === 2) {
    const macro = name as 'all' | 'exists' | 'exists_one' | 'filter';
    return { op: 'comprehension', macro, range: target, variable: variable(), condition: second, at };
  }
  if (name === 'map' && second !== undefined && args.length === 2) {
    return { op: 'comprehension', macro: 'map', range: target, variable: variable(), result: second, at };
  }
  if (name === 'map' && second !== undefined && third !== undefined && args.length === 3) {
    return { op: 'comprehension', macro: 'map', range: target, variable: variable(), condition: second, result: third, at };
  }
  if ((name === 'optMap' || name === 'optFlatMap') && second !== undefined && args.length === 2) {
    return { op: 'optional-map', target, variable: variable(), result: second, isFlat: name === 'optFlatMap', at };
  }
  return { op: 'call', name, target, args, at };
}

function convertHas(what: Node, expression: string): Node {
  if (what.op !== 'select' || what.isOptional) {
    throw refusal(expression, [{ at: what.at, message: 'invalid argument to has() macro' }]);
  }
  return { ...what, op: 'has' };
}

function literalOf(node: ASTNode, reading: Reading): CelValue {
  const value = node.args as unknown;
  const invalid = (what: string): Error => refusal(reading.expression, [{ at: node.start, message: `invalid ${what} literal` }]);
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'bigint') {
    if (value > MAX_INT) throw invalid('int');
    return value;
  }
  if (value instanceof Uint8Array) return readBytes(node, value, reading);
  const unsigned = BigInt(String(value));
  if (unsigned > MAX_UINT) throw invalid('uint');
  return { kind: 'uint', value: unsigned };
}

/** The package keeps one byte of each character; here a character is its bytes in UTF-8. */
function readBytes(node: ASTNode, bytes: Uint8Array, { expression, parse }: Reading): Uint8Array {
  const text = expression.slice(node.start, node.end);
  if (![...text].some((char) => char > '\x7f')) return bytes;
  const escaped = [...text]
    .map((char) => (char > '\x7f' ? [...new TextEncoder().encode(char)].map((byte) => `\\x${byte.toString(16)}`).join('') : char))
    .join('');
  return parse(escaped).args as Uint8Array;
}

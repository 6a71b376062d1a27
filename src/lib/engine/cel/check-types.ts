import { DYN, type ReadOverload, parseType, type StaticType, staticType } from './signatures.ts';
import type { Mistake } from './failures.ts';
import type { Library } from './library.ts';
import type { CallNode, ComprehensionNode, Node } from './syntax-tree.ts';
import type { CelValue } from './types.ts';
import { typeNameOf } from './values.ts';

/** What the check of an expression found. */
export interface CheckedTypes {
  readonly type: StaticType;
  readonly mistakes: readonly Mistake[];
}

/** An object of Kubernetes. */
const STRUCT = parseType('map(string, dyn)');
const BOOL = staticType('bool');
const TYPE_NAMES = ['bool', 'bytes', 'double', 'dyn', 'int', 'list', 'map', 'null_type', 'string', 'type', 'uint'];

/** Names of variables and what they are. */
type Names = ReadonlyMap<string, StaticType>;

/** What goes down with the check. */
interface Check {
  readonly library: Library;
  readonly mistakes: Mistake[];
  /** What is wrong only where nothing else is. */
  readonly mixtures: Mistake[];
}

/**
 * Checks the types of an expression over objects whose fields can be anything.
 *
 * Effects: none
 * Source: cel-go checker/checker.go, cel/validator.go (homogeneous literals)
 */
export function checkTypes(node: Node, variables: readonly string[], library: Library): CheckedTypes {
  const check: Check = { library, mistakes: [], mixtures: [] };
  const names = new Map(variables.map((name) => [name, STRUCT] as const));
  const type = typeOf(node, names, check);
  return { type, mistakes: check.mistakes.length > 0 ? check.mistakes : check.mixtures };
}

/** Writes a type as cel-go's messages do. */
export function formatType(type: StaticType): string {
  if (type.name === 'param') return 'dyn';
  return type.args.length === 0 ? type.name : `${type.name}(${type.args.map(formatType).join(', ')})`;
}

function typeOf(node: Node, names: Names, check: Check): StaticType {
  const wrong = (at: number, message: string): StaticType => {
    check.mistakes.push({ at, message });
    return DYN;
  };
  const next = (child: Node): StaticType => typeOf(child, names, check);
  switch (node.op) {
    case 'literal':
      return staticType(literalTypeName(node.value));
    case 'name': {
      const known =
        names.get(node.name) ?? (TYPE_NAMES.includes(node.name) ? staticType('type', staticType(node.name)) : undefined);
      return known ?? wrong(node.at, `undeclared reference to '${node.name}' (in container '')`);
    }
    case 'has':
    case 'select': {
      if (node.op === 'select' && node.path !== undefined && /^google\.protobuf\.(Timestamp|Duration)$/.test(node.path.text)) {
        return staticType('type', staticType(node.path.text.endsWith('Duration') ? 'duration' : 'timestamp'));
      }
      const target = next(node.target);
      const isOptional = target.name === 'optional_type' || (node.op === 'select' && node.isOptional);
      const inside = target.name === 'optional_type' ? (target.args[0] ?? DYN) : target;
      const field = inside.name === 'map' ? (inside.args[1] ?? DYN) : DYN;
      if (inside.name !== 'map' && !isOpen(inside)) {
        wrong(node.at, `type '${formatType(inside)}' does not support field selection`);
      }
      if (node.op === 'has') return BOOL;
      return isOptional ? staticType('optional_type', field) : field;
    }
    case 'index':
      return indexType(next(node.target), next(node.index), node.isOptional, node.at, check);
    case 'list':
      return staticType('list', joinTypes(node.items, names, check));
    case 'map': {
      const keys = joinTypes(
        node.entries.map(([key]) => key),
        names,
        check,
      );
      const values = joinTypes(
        node.entries.map(([, value]) => value),
        names,
        check,
      );
      return staticType('map', keys, values);
    }
    case 'and':
    case 'or':
      for (const side of [node.left, node.right]) {
        const type = next(side);
        if (type.name !== 'bool' && !isOpen(type)) wrong(side.at, `expected type 'bool' but found '${formatType(type)}'`);
      }
      return BOOL;
    case 'choose':
      return resolve('_?_:_', CHOOSE, [next(node.condition), next(node.yes), next(node.no)], false, node.at, check);
    case 'optional-map': {
      const target = next(node.target);
      const inside = target.name === 'optional_type' ? (target.args[0] ?? DYN) : DYN;
      const result = typeOf(node.result, new Map([...names, [node.variable, inside]]), check);
      return node.isFlat ? result : staticType('optional_type', result);
    }
    case 'call':
      return callType(node, names, check);
    case 'comprehension':
      return comprehensionType(node, names, check);
  }
}

const CHOOSE: readonly ReadOverload[] = [overload('_?_:_', ['bool', 'A', 'A'], 'A')];
const INDEX: readonly ReadOverload[] = [
  overload('_[_]', ['list(A)', 'int'], 'A'),
  overload('_[_]', ['map(A, B)', 'A'], 'B'),
  overload('_[_]', ['optional_type(list(A))', 'int'], 'optional_type(A)'),
  overload('_[_]', ['optional_type(map(A, B))', 'A'], 'optional_type(B)'),
];
const OPTIONAL_INDEX: readonly ReadOverload[] = [
  overload('_[?_]', ['list(A)', 'int'], 'optional_type(A)'),
  overload('_[?_]', ['map(A, B)', 'A'], 'optional_type(B)'),
  overload('_[?_]', ['optional_type(list(A))', 'int'], 'optional_type(A)'),
  overload('_[?_]', ['optional_type(map(A, B))', 'A'], 'optional_type(B)'),
];

function overload(name: string, params: readonly string[], result: string): ReadOverload {
  return { signature: name, name, isMember: false, params: params.map(parseType), result: parseType(result), run: () => null };
}

function literalTypeName(value: CelValue): string {
  const name = typeNameOf(value);
  return name === 'null_type' ? 'null' : name;
}

/** Such a type can turn out to be any. */
function isOpen(type: StaticType): boolean {
  return type.name === 'dyn' || type.name === 'param';
}

function indexType(target: StaticType, index: StaticType, isOptional: boolean, at: number, check: Check): StaticType {
  return resolve(isOptional ? '_[?_]' : '_[_]', isOptional ? OPTIONAL_INDEX : INDEX, [target, index], false, at, check);
}

/** The type of what a list has; elements of different types are a mistake unless they are given to `format`. */
function joinTypes(items: readonly Node[], names: Names, check: Check): StaticType {
  const types = items.map((item) => typeOf(item, names, check));
  const [first] = types;
  if (first === undefined) return { name: 'param', args: [], id: 'element' };
  const odd = types.findIndex((type) => formatType(type) !== formatType(first));
  const item = items[odd];
  const other = types[odd];
  if (item === undefined || other === undefined) return first;
  check.mixtures.push({ at: item.at, message: `expected type '${formatType(first)}' but found '${formatType(other)}'` });
  return DYN;
}

function callType(node: CallNode, names: Names, check: Check): StaticType {
  const { name, target, args, at } = node;
  const isMember = target !== undefined;
  const overloads = check.library.get(name)?.filter((one) => one.isMember === isMember);
  const before = check.mixtures.length;
  const targetType = target === undefined ? [] : [typeOf(target, names, check)];
  if (overloads === undefined || overloads.length === 0) {
    check.mistakes.push({ at, message: `undeclared reference to '${name}' (in container '')` });
    for (const arg of args) typeOf(arg, names, check);
    return DYN;
  }
  const types = [...targetType, ...args.map((arg) => typeOf(arg, names, check))];
  if (name === 'format') check.mixtures.splice(before);
  return resolve(name, overloads, types, isMember, at, check);
}

/** Finds the overloads that fit; where several do, and differ, the result can be any. */
function resolve(
  name: string,
  overloads: readonly ReadOverload[],
  types: readonly StaticType[],
  isMember: boolean,
  at: number,
  check: Check,
): StaticType {
  const results = overloads.flatMap(({ params, result }) => {
    if (params.length !== types.length) return [];
    const found = new Map<string, StaticType>();
    return params.every((param, index) => unify(param, types[index] ?? DYN, found)) ? [fill(result, found)] : [];
  });
  const [first] = results;
  if (first === undefined) {
    const texts = types.map(formatType);
    const given = isMember ? `${texts[0]}.(${texts.slice(1).join(', ')})` : `(${texts.join(', ')})`;
    check.mistakes.push({ at, message: `found no matching overload for '${name}' applied to '${given}'` });
    return DYN;
  }
  return results.every((result) => formatType(result) === formatType(first)) ? first : DYN;
}

/** Tells whether a type can be given where another is wanted, and finds the parameters. */
function unify(wanted: StaticType, given: StaticType, found: Map<string, StaticType>): boolean {
  if (wanted.name === 'param') {
    const id = wanted.id ?? '';
    const before = found.get(id);
    if (before === undefined || before.name === 'param') {
      found.set(id, given);
      return true;
    }
    if (given.name === 'dyn') found.set(id, DYN);
    return unify(before, given, found);
  }
  if (isOpen(wanted) || isOpen(given)) return true;
  if (wanted.name !== given.name) return false;
  return wanted.args.every((arg, index) => unify(arg, given.args[index] ?? DYN, found));
}

function fill(type: StaticType, found: ReadonlyMap<string, StaticType>): StaticType {
  if (type.name === 'param') return found.get(type.id ?? '') ?? DYN;
  return { ...type, args: type.args.map((arg) => fill(arg, found)) };
}

function comprehensionType(node: ComprehensionNode, names: Names, check: Check): StaticType {
  const range = typeOf(node.range, names, check);
  const isRange = range.name === 'list' || range.name === 'map' || isOpen(range);
  if (!isRange) {
    check.mistakes.push({
      at: node.range.at,
      message: `expression of type '${formatType(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
    });
  }
  const item = isRange ? (range.args[0] ?? DYN) : DYN;
  const inner = new Map([...names, [node.variable, item]]);
  if (node.condition !== undefined) {
    const condition = typeOf(node.condition, inner, check);
    if (condition.name !== 'bool' && !isOpen(condition)) {
      check.mistakes.push({ at: node.condition.at, message: `expected type 'bool' but found '${formatType(condition)}'` });
    }
  }
  if (node.macro === 'map') return staticType('list', node.result === undefined ? DYN : typeOf(node.result, inner, check));
  return node.macro === 'filter' ? staticType('list', item) : BOOL;
}

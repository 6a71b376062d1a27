import { FluxError, isFluxError } from '../../core/errors.ts';
import { callFunction } from './call-function.ts';
import { failure } from './failures.ts';
import type { Library } from './library.ts';
import { elementOf, optionalElementOf } from './operators.ts';
import type { ComprehensionNode, Node, SelectNode } from './syntax-tree.ts';
import type { Budget, CelValue } from './types.ts';
import { isKind, isList, mapFromEntries, NONE, typeNameOf, typeOf } from './values.ts';

/** Names that stand for types. */
const TYPE_NAMES = new Set(['bool', 'bytes', 'double', 'dyn', 'int', 'list', 'map', 'null_type', 'string', 'type', 'uint']);
const LONG_TYPE_NAMES = new Set(['google.protobuf.Timestamp', 'google.protobuf.Duration']);

/** What an expression is evaluated with. */
export interface Scope {
  readonly library: Library;
  readonly budget: Budget;
  /** `undefined` where there is no such variable. */
  look(name: string): CelValue | undefined;
}

/**
 * Evaluates an expression.
 *
 * Effects: none
 * Source: cel-go interpreter
 *
 * @throws {FluxError} cel/failed, cel/too-costly
 */
export function evaluate(node: Node, scope: Scope): CelValue {
  scope.budget.spend(1);
  switch (node.op) {
    case 'literal':
      return node.value;
    case 'name':
      return valueOf(node.name, scope);
    case 'select':
    case 'has':
      return select(node, scope);
    case 'index': {
      const target = evaluate(node.target, scope);
      const index = evaluate(node.index, scope);
      return node.isOptional ? optionalElementOf(target, index) : elementOf(target, index);
    }
    case 'list':
      return node.items.map((item) => evaluate(item, scope));
    case 'map':
      return mapFromEntries(node.entries.map(([key, value]) => [evaluate(key, scope), evaluate(value, scope)] as const));
    case 'and':
      return decide(node.left, node.right, false, scope);
    case 'or':
      return decide(node.left, node.right, true, scope);
    case 'choose':
      return evaluate(asBoolean(evaluate(node.condition, scope)) ? node.yes : node.no, scope);
    case 'optional-map': {
      const target = evaluate(node.target, scope);
      if (!isKind(target, 'optional')) throw failure('no such overload: hasValue');
      if (target.value === undefined) return NONE;
      const value = evaluate(node.result, withVariable(scope, node.variable, target.value));
      return node.isFlat ? value : { kind: 'optional', value };
    }
    case 'call': {
      const given = node.target === undefined ? node.args : [node.target, ...node.args];
      const args = given.map((arg) => evaluate(arg, scope));
      return callFunction(scope.library, node.name, node.target !== undefined, args, scope.budget);
    }
    case 'comprehension':
      return comprehend(node, scope);
  }
}

function valueOf(name: string, scope: Scope): CelValue {
  const value = scope.look(name);
  if (value !== undefined) return value;
  if (TYPE_NAMES.has(name)) return typeOf(name);
  throw failure(`no such attribute(s): ${name}`);
}

function select({ op, target, field, isOptional, path }: SelectNode, scope: Scope): CelValue {
  if (path !== undefined && scope.look(path.root) === undefined) {
    if (LONG_TYPE_NAMES.has(path.text)) return typeOf(path.text);
    throw failure(`no such attribute(s): ${path.text}`);
  }
  const value = evaluate(target, scope);
  if (op === 'has') return hasField(value, field);
  if (isOptional) return optionalElementOf(asMap(value), field);
  return elementOf(value, field);
}

/** What has no fields has none of that name either. */
function asMap(value: CelValue): CelValue {
  return isKind(value, 'map') || isKind(value, 'optional') || isList(value) ? value : mapFromEntries([]);
}

function hasField(target: CelValue, field: string): boolean {
  const inside = isKind(target, 'optional') ? target.value : target;
  if (inside === undefined) return false;
  if (isList(inside)) throw failure("unsupported index type 'string' in list");
  return isKind(inside, 'map') && inside.get(field) !== undefined;
}

function asBoolean(value: CelValue): boolean {
  if (typeof value !== 'boolean') throw failure('no such overload');
  return value;
}

/** A side that decides does so whatever becomes of the other one. */
function decide(left: Node, right: Node, decisive: boolean, scope: Scope): boolean {
  const first = attempt(() => asBoolean(evaluate(left, scope)));
  if (first === decisive) return decisive;
  const second = attempt(() => asBoolean(evaluate(right, scope)));
  if (second === decisive) return decisive;
  if (first instanceof FluxError) throw first;
  if (second instanceof FluxError) throw second;
  return !decisive;
}

function attempt(work: () => boolean): boolean | FluxError {
  try {
    return work();
  } catch (error) {
    if (isFluxError(error, 'cel/failed')) return error;
    throw error;
  }
}

function withVariable(scope: Scope, name: string, value: CelValue): Scope {
  return { ...scope, look: (wanted) => (wanted === name ? value : scope.look(wanted)) };
}

function comprehend(node: ComprehensionNode, scope: Scope): CelValue {
  const range = evaluate(node.range, scope);
  const items = isList(range) ? range : isKind(range, 'map') ? [...range.keys()] : undefined;
  if (items === undefined) throw failure(`got '${goTypeOf(range)}', expected iterable type`);
  const { macro, condition, result } = node;
  const inner = (item: CelValue): Scope => withVariable(scope, node.variable, item);
  const holds = (item: CelValue): boolean => condition === undefined || asBoolean(evaluate(condition, inner(item)));
  if (macro === 'all' || macro === 'exists') return quantify(items, holds, macro === 'exists');
  const taken = items.filter(holds);
  if (macro === 'exists_one') return taken.length === 1;
  if (result === undefined) return taken;
  return taken.map((item) => evaluate(result, inner(item)));
}

/** One that decides does so although others failed. */
function quantify(items: readonly CelValue[], holds: (item: CelValue) => boolean, decisive: boolean): boolean {
  let failed: FluxError | undefined;
  for (const item of items) {
    const answer = attempt(() => holds(item));
    if (answer === decisive) return decisive;
    if (answer instanceof FluxError) failed ??= answer;
  }
  if (failed !== undefined) throw failed;
  return !decisive;
}

/** The name that cel-go's own code has for a type. */
function goTypeOf(value: CelValue): string {
  const name = typeNameOf(value).split('.').at(-1) ?? '';
  return name === 'null_type' ? 'types.Null' : `types.${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}

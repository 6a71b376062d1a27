import { isFluxError } from '../../core/errors.ts';
import { callFunction } from './call-function.ts';
import { unrunnable } from './failures.ts';
import type { Library } from './library.ts';
import { parsePattern } from './parse-pattern.ts';
import type { Node } from './syntax-tree.ts';
import type { Budget, CelValue } from './types.ts';

/** Conversions of constants are done before the first evaluation. */
const FOLDED = new Set(['bool', 'bytes', 'double', 'duration', 'int', 'string', 'timestamp', 'uint']);

/** How cel-go names the arguments that it did not want. */
const GIVEN = ['', 'arg', 'lhs, rhs'];

/**
 * Checks what cel-go finds out before it evaluates: constants that cannot be converted, regular expressions that are none,
 * functions with the wrong number of arguments.
 *
 * Effects: none
 * Source: cel-go interpreter/decorators.go, planner.go
 *
 * @throws {FluxError} cel/invalid
 */
export function checkRunnable(node: Node, library: Library, budget: Budget): void {
  try {
    fold(node, library, budget);
  } catch (error) {
    if (isFluxError(error, 'cel/failed')) throw unrunnable(error.message);
    throw error;
  }
}

/** The value of a constant; `undefined` for all else. */
function fold(node: Node, library: Library, budget: Budget): CelValue | undefined {
  if (node.op === 'literal') return node.value;
  const children = childrenOf(node).map((child) => fold(child, library, budget));
  if (node.op !== 'call') return undefined;
  const count = children.length;
  if (node.name === 'matches' && count === 2) {
    const pattern = children[1];
    if (typeof pattern === 'string') parsePattern(pattern);
    return undefined;
  }
  const known = library.get(node.name);
  const isUnwanted = known === undefined ? count === 0 : !known.some(({ params }) => params.length === count);
  const given = GIVEN[count];
  if (isUnwanted && given !== undefined && !FOLDED.has(node.name)) {
    throw unrunnable(`no such overload: ${node.name}(${given})`);
  }
  const [constant] = children;
  if (count !== 1 || node.target !== undefined || constant === undefined || !FOLDED.has(node.name)) return undefined;
  return callFunction(library, node.name, false, [constant], budget);
}

function childrenOf(node: Node): readonly Node[] {
  switch (node.op) {
    case 'literal':
    case 'name':
      return [];
    case 'select':
    case 'has':
      return [node.target];
    case 'index':
      return [node.target, node.index];
    case 'list':
      return node.items;
    case 'map':
      return node.entries.flat();
    case 'and':
    case 'or':
      return [node.left, node.right];
    case 'choose':
      return [node.condition, node.yes, node.no];
    case 'optional-map':
      return [node.target, node.result];
    case 'call':
      return node.target === undefined ? node.args : [node.target, ...node.args];
    case 'comprehension':
      return [node.range, node.condition, node.result].filter((child) => child !== undefined);
  }
}

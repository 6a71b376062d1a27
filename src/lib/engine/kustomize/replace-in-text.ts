import type { NodeMap, Node } from './node.ts';
import type { CreateKind } from './match-path.ts';
export function replaceInText(_root: NodeMap, _value: Node, _parts: readonly string[], _create: CreateKind): boolean {
  return false;
}

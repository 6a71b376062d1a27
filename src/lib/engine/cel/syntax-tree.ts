import type { CelValue } from './types.ts';

/** Where a node is: the offset that cel-go reports for it (the operator, the opening bracket, the dot). */
interface Placed {
  readonly at: number;
}

/** A call of a function or operator. */
export interface CallNode extends Placed {
  readonly op: 'call';
  readonly name: string;
  /** What a member function is called on. */
  readonly target?: Node;
  readonly args: readonly Node[];
}

/** A field of something, or the question whether it is there. */
export interface SelectNode extends Placed {
  readonly op: 'select' | 'has';
  readonly target: Node;
  readonly field: string;
  /** `.?field` */
  readonly isOptional: boolean;
  /** `a.b.c` and its first name, where that is all there is. */
  readonly path?: { readonly root: string; readonly text: string };
}

/** A macro over a list or over the keys of a map. */
export interface ComprehensionNode extends Placed {
  readonly op: 'comprehension';
  readonly macro: 'all' | 'exists' | 'exists_one' | 'map' | 'filter';
  readonly range: Node;
  readonly variable: string;
  /** What an element is asked; absent for a `map` that takes all. */
  readonly condition?: Node;
  /** What `map` makes of it. */
  readonly result?: Node;
}

/** An expression. */
export type Node =
  | (Placed & { readonly op: 'literal'; readonly value: CelValue })
  | (Placed & { readonly op: 'name'; readonly name: string })
  | SelectNode
  | (Placed & { readonly op: 'index'; readonly target: Node; readonly index: Node; readonly isOptional: boolean })
  | (Placed & { readonly op: 'list'; readonly items: readonly Node[] })
  | (Placed & { readonly op: 'map'; readonly entries: readonly (readonly [Node, Node])[] })
  | (Placed & { readonly op: 'and' | 'or'; readonly left: Node; readonly right: Node })
  | (Placed & { readonly op: 'choose'; readonly condition: Node; readonly yes: Node; readonly no: Node })
  | (Placed & {
      readonly op: 'optional-map';
      readonly target: Node;
      readonly variable: string;
      readonly result: Node;
      readonly isFlat: boolean;
    })
  | CallNode
  | ComprehensionNode;

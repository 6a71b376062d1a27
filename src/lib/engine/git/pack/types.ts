/** The four kinds of things that a repository stores. */
export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

/** A stored thing. */
export interface GitObject {
  readonly type: ObjectType;
  readonly bytes: Uint8Array;
}

/** Objects by id. */
export type ObjectMap = ReadonlyMap<string, GitObject>;

import type { Document } from './read-kustomization.ts';
import type { FileSystem } from '../../core/filesystem.ts';
import type { ParsedResource } from './parse-resources.ts';
import type { Schema } from './schema.ts';
import type { FindRules } from './field-spec.ts';
import type { BuildOptions, FieldSpec, FieldSpecs } from './types.ts';

/** What one build shares: options, and what was read already. */
export interface Context {
  readonly options: BuildOptions;
  /** The schema of strategic merges, set by the first kustomization that names one. */
  schema: Schema;
  schemaChosen: boolean;
  /** The built-in schema, and whether it was needed before another one was chosen. */
  readonly builtIn: { readonly schema: Schema; used: boolean };
  /** True once a resource was read whose scope only the built-in schema can tell. */
  scopeAsked: boolean;
  /** How many times a directory was taken in. */
  directories: number;
  readonly defaults: FieldSpecs;
  readonly findRules: FindRules;
  /** The rules of place of an entry of `labels` without fields of its own, by what it includes. */
  readonly labelRules: Map<FieldSpecs, Map<string, readonly FieldSpec[]>>;
  /** Files read more than once; `undefined` stands for one that was read once, whose resources are in use. */
  readonly resources: Map<string, readonly ParsedResource[] | undefined>;
  readonly documents: Map<string, Document>;
}

/** A directory that is being built. */
export interface Loader {
  readonly fs: FileSystem;
  /** Path of the directory, links resolved. */
  readonly root: string;
  /** The directory that led to it. */
  readonly referrer: Loader | undefined;
  /** What makes paths of different trees different. */
  readonly tree: string;
  /** The root of the repository that it lies in, for remote bases. */
  readonly repositoryRoot: string | undefined;
  readonly loadRestrictor: 'rootOnly' | 'none';
  readonly repo: string;
  readonly ref: string;
}

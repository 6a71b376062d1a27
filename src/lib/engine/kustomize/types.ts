import type { FileSystem } from '../../core/filesystem.ts';
import type { Schema } from './schema.ts';

/** A remote base: what stands in `resources` where a path could stand. */
export interface RemoteBase {
  readonly url: string;
}

/** Fetches what a remote entry names. */
export interface RemotePort {
  /** The text of a file named by an http(s) URL. */
  readFile(url: string): Uint8Array;
  /** A repository's files and the directory in it; `undefined` where the text names no repository. */
  openRepository(
    url: string,
  ): { readonly fs: FileSystem; readonly path: string; readonly repo: string; readonly ref: string } | undefined;
}

/** Options of a build. */
export interface BuildOptions {
  /** Final order where the root has no `sortOptions`: `legacy` (as the kustomize CLI; default) or `none` (input order, as Flux). */
  readonly reorder?: 'legacy' | 'none';
  /** `rootOnly` (default): files must lie in or below the directory of the kustomization that names them. */
  readonly loadRestrictor?: 'rootOnly' | 'none';
  /** Adds the label `app.kubernetes.io/managed-by: kustomize-VERSION`; default false. */
  readonly managedByLabel?: boolean;
  /** True: a custom `openapi` adds to the built-in schema rather than replacing it, as in Flux; default false. */
  readonly keepBuiltInSchema?: boolean;
  /** Fetches remote bases; absent means they are refused. */
  readonly remote?: RemotePort;
  /** Hears of deprecated fields and variables without use. */
  readonly warn?: (text: string) => void;
  /** True: each object says in annotations where it is from and what changed it, for `readTrace`; default false. */
  readonly isTraced?: boolean;
  /** Of `readBuiltIn`, for callers that build more than once; absent reads it anew. */
  readonly builtIn?: BuiltIn;
}

/** The rules of place and the schema that kustomize has built in. */
export interface BuiltIn {
  readonly schema: Schema;
  readonly fieldSpecs: FieldSpecs;
}

/** Where a rule applies: kind and path, and whether what is missing is made. */
export interface FieldSpec {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Path with `/`; `\/` stands for a slash in a name, `[]` after a name for a list. */
  readonly path: string;
  /** The path taken apart. */
  readonly parts: readonly string[];
  readonly create: boolean;
}

/** A kind, and the fields that refer to it by name. */
export interface NameReference {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly fieldSpecs: readonly FieldSpec[];
}

/** All rules of place. */
export interface FieldSpecs {
  readonly namePrefix: readonly FieldSpec[];
  readonly nameSuffix: readonly FieldSpec[];
  readonly namespace: readonly FieldSpec[];
  readonly commonLabels: readonly FieldSpec[];
  readonly labels: readonly FieldSpec[];
  readonly templateLabels: readonly FieldSpec[];
  readonly commonAnnotations: readonly FieldSpec[];
  readonly nameReference: readonly NameReference[];
  readonly varReference: readonly FieldSpec[];
  readonly images: readonly FieldSpec[];
  readonly replicas: readonly FieldSpec[];
}

/** Selects resources. */
export interface Selector {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly annotationSelector?: string;
  readonly labelSelector?: string;
}

/** An entry of `patches`. */
export interface Patch {
  readonly path?: string;
  readonly patch?: string;
  readonly target?: Selector;
  readonly options?: { readonly allowNameChange?: boolean; readonly allowKindChange?: boolean };
}

/** An entry of `images`. */
export interface ImageChange {
  readonly name?: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly tagSuffix?: string;
  readonly digest?: string;
}

/** An entry of `labels`. */
export interface LabelEntry {
  readonly pairs?: Readonly<Record<string, string>>;
  readonly includeSelectors?: boolean;
  readonly includeTemplates?: boolean;
  readonly fields?: readonly Partial<FieldSpec>[];
}

/** Options of generators. */
export interface GeneratorOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly disableNameSuffixHash?: boolean;
  readonly immutable?: boolean;
}

/** An entry of `configMapGenerator` or `secretGenerator`. */
export interface GeneratorArgs {
  readonly name?: string;
  readonly namespace?: string;
  readonly behavior?: string;
  readonly literals?: readonly string[];
  readonly files?: readonly string[];
  readonly envs?: readonly string[];
  readonly env?: string;
  readonly options?: GeneratorOptions;
  /** Secrets only. */
  readonly type?: string;
}

/** Options of a replacement's source or target. */
export interface FieldOptions {
  readonly delimiter?: string;
  readonly index?: number;
  readonly encoding?: string;
  readonly create?: boolean;
}

/** An entry of `replacements`. */
export interface Replacement {
  readonly path?: string;
  readonly source?: Selector & { readonly fieldPath?: string; readonly options?: FieldOptions };
  readonly sourceValue?: string;
  readonly targets?: readonly {
    readonly select?: Selector;
    readonly reject?: readonly Selector[];
    readonly fieldPaths?: readonly string[];
    readonly options?: FieldOptions;
  }[];
}

/** An entry of `vars`. */
export interface Variable {
  readonly name: string;
  readonly objref: {
    readonly apiVersion?: string;
    readonly group?: string;
    readonly version?: string;
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
  };
  readonly fieldref?: { readonly fieldPath?: string };
}

/** How the output is sorted. */
export interface SortOptions {
  readonly order?: string;
  readonly legacySortOptions?: { readonly orderFirst?: readonly string[]; readonly orderLast?: readonly string[] };
}

/** A kustomization file, old fields folded into new ones. */
export interface Kustomization {
  readonly apiVersion: string;
  readonly kind: string;
  readonly openapi?: Readonly<Record<string, string>>;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly namespace?: string;
  readonly commonLabels?: Readonly<Record<string, string>>;
  readonly labels?: readonly LabelEntry[];
  readonly commonAnnotations?: Readonly<Record<string, string>>;
  readonly patchesStrategicMerge?: readonly string[];
  readonly patchesJson6902?: readonly Patch[];
  readonly patches?: readonly Patch[];
  readonly images?: readonly ImageChange[];
  readonly replacements?: readonly Replacement[];
  readonly replicas?: readonly { readonly name?: string; readonly count?: number | bigint }[];
  readonly vars?: readonly Variable[];
  readonly sortOptions?: SortOptions;
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly crds?: readonly string[];
  readonly configMapGenerator?: readonly GeneratorArgs[];
  readonly secretGenerator?: readonly GeneratorArgs[];
  readonly helmCharts?: readonly Readonly<Record<string, unknown>>[];
  readonly generatorOptions?: GeneratorOptions;
  readonly configurations?: readonly string[];
  readonly generators?: readonly string[];
  readonly transformers?: readonly string[];
  readonly validators?: readonly string[];
  readonly buildMetadata?: readonly string[];
}

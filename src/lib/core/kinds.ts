import { GROUP } from './flux.ts';

/** The verbs that work the same on every kind. */
export type ObjectVerb = 'get' | 'export' | 'delete' | 'suspend' | 'resume' | 'reconcile';

/** One Flux kind: all that the verbs need to know of it. */
export interface FluxKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  /** The words behind `create`, `suspend` and their like: `source git`. */
  readonly words: string;
  /** The words behind `get`: `sources git`. */
  readonly getWords: string;
  /** Other words for the last one: `ks`. */
  readonly aliases: readonly string[];
  /** Other words for the last one behind `get`. */
  readonly getAliases: readonly string[];
  /** How messages name it: `source git`. */
  readonly human: string;
  readonly verbs: readonly ObjectVerb[];
  /** False where no controller writes a Ready condition (Alert, Provider). */
  readonly reconciled: boolean;
}

/** Kinds that flux-ts can reconcile by itself; the others are their controllers'. */
export const DRIVEN_KINDS: ReadonlySet<string> = new Set(['GitRepository', 'Kustomization']);

const ALL_VERBS: readonly ObjectVerb[] = ['get', 'export', 'delete', 'suspend', 'resume', 'reconcile'];

/** The kinds, one row each, in the order of `get all`. A new Flux kind is one more row. */
export const KINDS: readonly FluxKind[] = [
  source('OCIRepository', 'ocirepositories', 'oci'),
  source('Bucket', 'buckets', 'bucket'),
  source('GitRepository', 'gitrepositories', 'git'),
  source('HelmRepository', 'helmrepositories', 'helm'),
  source('HelmChart', 'helmcharts', 'chart'),
  { ...source('ExternalArtifact', 'externalartifacts', 'external'), human: 'source external-artifact', verbs: ['get', 'export'] },
  image('ImageRepository', 'imagerepositories', 'repository'),
  image('ImagePolicy', 'imagepolicies', 'policy'),
  { ...image('ImageUpdateAutomation', 'imageupdateautomations', 'update'), human: 'image update automation' },
  {
    ...plain(GROUP.helm, 'v2', 'HelmRelease', 'helmreleases', 'helmrelease'),
    aliases: ['hr'],
    getAliases: ['hr', 'helmrelease'],
  },
  {
    ...plain(GROUP.kustomize, 'v1', 'Kustomization', 'kustomizations', 'kustomization'),
    aliases: ['ks'],
    getAliases: ['ks', 'kustomization'],
  },
  plain(GROUP.notification, 'v1', 'Receiver', 'receivers', 'receiver'),
  {
    ...plain(GROUP.notification, 'v1beta3', 'Provider', 'providers', 'alert-provider'),
    human: 'alert provider',
    verbs: ['get', 'export', 'delete', 'suspend', 'resume'],
    reconciled: false,
  },
  {
    ...plain(GROUP.notification, 'v1beta3', 'Alert', 'alerts', 'alert'),
    verbs: ['get', 'export', 'delete', 'suspend', 'resume'],
    reconciled: false,
  },
  {
    ...plain(GROUP.sourceExtensions, 'v1beta1', 'ArtifactGenerator', 'artifactgenerators', 'artifact generator'),
    getWords: 'artifacts generators',
    getAliases: ['generator'],
    human: 'artifactgenerator',
    verbs: ['get', 'export'],
  },
];

/** The row of a kind; the kind must be one of Flux's. */
export function kindNamed(kind: string): FluxKind {
  const found = KINDS.find((candidate) => candidate.kind === kind);
  if (found === undefined) throw new TypeError(`no Flux kind is named "${kind}"`);
  return found;
}

/** The row that fits a group and kind, whatever the version. */
export function findKind(group: string, kind: string): FluxKind | undefined {
  return KINDS.find((candidate) => candidate.group === group && candidate.kind === kind);
}

/** The apiVersion of a kind. */
export function apiVersionOf(kind: FluxKind): string {
  return `${kind.group}/${kind.version}`;
}

function plain(group: string, version: string, kind: string, plural: string, words: string): FluxKind {
  return {
    group,
    version,
    kind,
    plural,
    words,
    getWords: `${words}s`,
    aliases: [],
    getAliases: [words],
    human: words,
    verbs: ALL_VERBS,
    reconciled: true,
  };
}

function source(kind: string, plural: string, word: string): FluxKind {
  return { ...plain(GROUP.source, 'v1', kind, plural, `source ${word}`), getWords: `sources ${word}`, getAliases: [] };
}

function image(kind: string, plural: string, word: string): FluxKind {
  return { ...plain(GROUP.image, 'v1', kind, plural, `image ${word}`), getWords: `images ${word}`, getAliases: [] };
}

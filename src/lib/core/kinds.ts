import { GROUP } from './flux.ts';

/** One Flux kind: all that the verbs need to know of it. */
export interface FluxKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  /** The words after the verb, in singular: `source git`, `kustomization`. */
  readonly command: string;
  /** Other words for the same: `ks`. */
  readonly aliases: readonly string[];
  /** How messages name it: `GitRepository source`. */
  readonly human: string;
  /** False where no controller writes a Ready condition (Alert, Provider). */
  readonly reconciled: boolean;
  /** False where the object has no `spec.suspend`. */
  readonly suspendable: boolean;
}

/** The kinds, one row each, in the order of `get all`. */
export const KINDS: readonly FluxKind[] = [
  row(GROUP.source, 'v1', 'OCIRepository', 'ocirepositories', 'source oci', [], 'source oci'),
  row(GROUP.source, 'v1', 'Bucket', 'buckets', 'source bucket', [], 'source bucket'),
  row(GROUP.source, 'v1', 'GitRepository', 'gitrepositories', 'source git', [], 'source git'),
  row(GROUP.source, 'v1', 'HelmRepository', 'helmrepositories', 'source helm', [], 'source helm'),
  row(GROUP.source, 'v1', 'HelmChart', 'helmcharts', 'source chart', [], 'source chart'),
  row(GROUP.source, 'v1', 'ExternalArtifact', 'externalartifacts', 'source external', [], 'source external', true, false),
  row(GROUP.image, 'v1', 'ImageRepository', 'imagerepositories', 'image repository', [], 'image repository'),
  row(GROUP.image, 'v1', 'ImagePolicy', 'imagepolicies', 'image policy', [], 'image policy'),
  row(GROUP.image, 'v1', 'ImageUpdateAutomation', 'imageupdateautomations', 'image update', [], 'image update automation'),
  row(GROUP.helm, 'v2', 'HelmRelease', 'helmreleases', 'helmrelease', ['hr'], 'helmrelease'),
  row(GROUP.kustomize, 'v1', 'Kustomization', 'kustomizations', 'kustomization', ['ks'], 'kustomization'),
  row(GROUP.notification, 'v1', 'Receiver', 'receivers', 'receiver', [], 'receiver'),
  row(GROUP.notification, 'v1beta3', 'Provider', 'providers', 'alert-provider', [], 'alert provider', false),
  row(GROUP.notification, 'v1beta3', 'Alert', 'alerts', 'alert', [], 'alert', false),
  row(
    GROUP.sourceExtensions,
    'v1beta1',
    'ArtifactGenerator',
    'artifactgenerators',
    'artifact generator',
    [],
    'artifact generator',
  ),
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

function row(
  group: string,
  version: string,
  kind: string,
  plural: string,
  command: string,
  aliases: readonly string[],
  human: string,
  reconciled = true,
  suspendable = true,
): FluxKind {
  return { group, version, kind, plural, command, aliases, human, reconciled, suspendable };
}

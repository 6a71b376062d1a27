import type { JsonObject, JsonValue } from '../../src/lib/core/json.ts';

/**
 * The one list of what the twins need not agree on. Nothing else is left out of the comparison.
 */

/** Kinds that are not listed, and why. */
export const LEFT_OUT_KINDS: Readonly<Record<string, string>> = {
  Event: 'compared on its own',
  Lease: 'only the driven side takes them here',
  Pod: "made by Kubernetes' controllers, with names by chance",
  ReplicaSet: "made by Kubernetes' controllers",
};

/** Objects that Kubernetes itself puts into each namespace, and one that holds the address of the cluster it is in. */
export const LEFT_OUT_NAMES: readonly string[] = [
  'ConfigMap/kube-root-ca.crt',
  'ServiceAccount/default',
  'Secret/remote-kubeconfig',
];

/** Fields whose value is a time, a number by chance, or somebody else's; `*` stands for any member. */
export const MASKED_FIELDS: readonly string[] = [
  'metadata.uid',
  'metadata.resourceVersion',
  'metadata.creationTimestamp',
  'metadata.deletionTimestamp',
  'metadata.managedFields.*.time',
  'metadata.annotations.deployment.kubernetes.io/revision',
  'spec.clusterIP',
  'spec.clusterIPs',
  'status.conditions.*.lastTransitionTime',
  'status.history.*.firstReconciled',
  'status.history.*.lastReconciled',
  'status.history.*.lastReconciledDuration',
  'status.artifact.lastUpdateTime',
];

/** Field managers of Kubernetes' controllers, which write when they come to it. */
export const MASKED_MANAGERS: readonly string[] = ['kube-controller-manager', 'kube-apiserver'];

/** Texts within messages. */
const MASKED_TEXTS: readonly (readonly [text: RegExp, mask: string])[] = [
  [/\b(in|after) (\d+h)?(\d+m)?[\d.]+(ms|µs|ns|s)\b/g, '$1 DURATION'],
  // The controllers of tests serve on the loopback interface.
  [
    /http:\/\/(127\.0\.0\.1:\d+|source-controller\.[a-z0-9-]+\.svc\.cluster\.local\.)\/gitrepository\//g,
    'http://HOST/gitrepository/',
  ],
];

/** Events that one side need not have. */
export const LEFT_OUT_EVENTS: readonly (readonly [message: RegExp, why: string])[] = [
  [/^Dependencies do not meet ready condition/, 'a driven run goes in the order of the graph and does not try in vain'],
  [/^garbage collected \d+ artifacts$/, 'a driven run keeps its artifacts elsewhere and clears them up by other rules'],
];

/** A difference that is meant. */
export interface KnownDifference {
  readonly history: RegExp;
  /** `Kind/namespace/name`, or `events`. */
  readonly object: RegExp;
  readonly path: RegExp;
  readonly why: string;
}

/** Annotations of events whose value is not compared, and why; that they are there is. */
export const MASKED_EVENT_ANNOTATIONS: Readonly<Record<string, string>> = {
  'kustomize.toolkit.fluxcd.io/revision':
    "client-go counts the same text about two revisions as one event, with the first one's annotations",
};

/** Differences on purpose; each is a row in docs/differences.md. */
export const ON_PURPOSE: readonly KnownDifference[] = [
  {
    history: /^(broken-build|taken-over)$/,
    object: /^Kustomization\//,
    path: /^\/status\/conditions\/\d+\/message$/,
    why: 'the words for what is wrong in the files are those of another kustomize, without paths of a temporary folder',
  },
  {
    history: /^(broken-build|taken-over)$/,
    object: /^events$/,
    path: / Warning (BuildFailed|ArtifactFailed) /,
    why: 'the same words',
  },
  {
    history: /^denied$/,
    object: /^Kustomization\//,
    path: /^\/status\/(conditions\/\d+\/(message|reason)|history\/\d+\/lastReconciledStatus)$/,
    why: 'rights are asked before the first write, and all that are missing are named at once',
  },
  {
    history: /^denied$/,
    object: /^events$/,
    path: / Warning (ReconciliationFailed|PruneFailed) /,
    why: 'the same words',
  },
];

/** Puts masks into a message. */
export function maskText(text: string): string {
  return MASKED_TEXTS.reduce((masked, [pattern, mask]) => masked.replace(pattern, mask), text);
}

/** Takes out what is masked; all texts go through `maskText`. */
export function maskObject(object: JsonObject): JsonObject {
  const isFlux = String(object['apiVersion']).includes('.toolkit.fluxcd.io/');
  const { status: _status, ...rest } = object;
  // The status of everything else is written by whoever looks after it, in his own time.
  const masked = maskValue((isFlux ? object : rest) as JsonObject, []) as JsonObject;
  const metadata = masked['metadata'] as JsonObject;
  const managed = (metadata['managedFields'] as JsonObject[] | undefined) ?? [];
  const kept = managed.filter(({ manager }) => !MASKED_MANAGERS.includes(String(manager)));
  metadata['managedFields'] = kept.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return masked;
}

function maskValue(value: JsonValue, path: readonly string[]): JsonValue {
  if (typeof value === 'string') return maskText(value);
  if (Array.isArray(value)) return value.map((item) => maskValue(item, [...path, '*']));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value as JsonObject).filter(([key]) => !MASKED_FIELDS.includes([...path, key].join('.')));
  return Object.fromEntries(entries.map(([key, item]) => [key, maskValue(item as JsonValue, [...path, key])]));
}

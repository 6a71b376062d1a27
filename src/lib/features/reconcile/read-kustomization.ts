import { parseDuration } from '../../core/duration.ts';
import { FluxError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { readIgnoreRule } from './ignore-rules.ts';
import { formatSubject, type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';

/** A dependency of a Kustomization: another one, or any object. */
export interface Dependency extends ObjectRef {
  /** False is content with an object that is there. */
  readonly ready: boolean;
  readonly readyExpr?: string;
}

/** Where the login to another cluster is; one of both, in the namespace of the Kustomization. */
export interface KubeConfigRef {
  readonly secretRef?: { readonly name: string; readonly key?: string };
  readonly configMapRef?: { readonly name: string };
}

/** Where variables come from. */
export interface SubstituteSource {
  readonly kind: string;
  readonly name: string;
  readonly optional: boolean;
}

/** A Kustomization with its defaults filled in. */
export interface Kustomization {
  readonly object: K8sObject;
  readonly ref: ObjectRef;
  readonly namespace: string;
  readonly name: string;
  readonly source: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly path: string;
  readonly prune: boolean;
  readonly force: boolean;
  readonly wait: boolean;
  readonly isSuspended: boolean;
  /** `MirrorPrune` where nothing is said. */
  readonly deletionPolicy: string;
  /** Never below half a minute. */
  readonly timeoutMs: number;
  readonly intervalMs: number;
  /** How long after a failure the controller tries again; the interval where nothing is said. */
  readonly retryIntervalMs: number;
  readonly dependsOn: readonly Dependency[];
  readonly healthChecks: readonly ObjectRef[];
  readonly healthCheckExprs: readonly JsonObject[];
  readonly serviceAccountName?: string;
  readonly targetNamespace?: string;
  readonly commonMetadata?: { readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> };
  readonly variables: Readonly<Record<string, string>>;
  readonly substituteFrom: readonly SubstituteSource[];
  readonly alwaysSubstitute: boolean;
  /** Parts of the spec that need more than is at hand everywhere. */
  readonly hasDecryption: boolean;
  /** The other cluster that it is for. */
  readonly kubeConfig?: KubeConfigRef;
  /** Fields that are left to others. */
  readonly ignore: readonly { readonly paths: readonly string[]; readonly target?: JsonObject }[];
}

/** Where none is given it is the interval less this. */
const TIMEOUT_MARGIN_MS = 30_000;

/** Upstream's bound, also of what is given. */
const MIN_TIMEOUT_MS = 30_000;

const DELETION_POLICIES = ['MirrorPrune', 'Delete', 'WaitForTermination', 'Orphan'];

/**
 * Reads a Kustomization and fills its defaults in.
 *
 * Effects: none
 * Source: kustomize-controller api/v1/kustomization_types.go
 *
 * @throws {FluxError} reconcile/invalid-object: a required field is missing or has the wrong type
 */
export function readKustomization(object: K8sObject): Kustomization {
  const spec = isJsonObject(object['spec']) ? object['spec'] : {};
  const namespace = object.metadata.namespace ?? '';
  const invalid = (field: string, wanted: string): FluxError =>
    new FluxError('reconcile/invalid-object', `${formatSubject(refOf(object))} has no valid spec.${field}: wanted ${wanted}`, {
      subject: refOf(object),
    });
  const duration = (field: string): number | undefined => {
    const text = spec[field];
    if (text === undefined || text === null) return undefined;
    if (typeof text !== 'string') throw invalid(field, 'a duration such as 5m');
    return parseDuration(text);
  };
  const sourceRef = spec['sourceRef'];
  if (!isJsonObject(sourceRef)) throw invalid('sourceRef', '{kind, name}');
  const { kind, name } = sourceRef;
  if (typeof kind !== 'string' || typeof name !== 'string') throw invalid('sourceRef', '{kind, name}');
  const intervalMs = duration('interval');
  if (intervalMs === undefined) throw invalid('interval', 'a duration such as 5m');
  const postBuild = isJsonObject(spec['postBuild']) ? spec['postBuild'] : {};
  const account = textOf(spec['serviceAccountName']);
  const targetNamespace = textOf(spec['targetNamespace']);
  const commonMetadata = spec['commonMetadata'];
  const deletionPolicy = textOf(spec['deletionPolicy']) || 'MirrorPrune';
  // In the cluster the definition sees to it; in a file a slip of the pen would leave everything behind.
  if (!DELETION_POLICIES.includes(deletionPolicy)) throw invalid('deletionPolicy', DELETION_POLICIES.join(', '));
  return {
    object,
    ref: refOf(object),
    namespace,
    name: object.metadata.name,
    source: { kind, name, namespace: textOf(sourceRef['namespace']) || namespace },
    path: textOf(spec['path']),
    prune: spec['prune'] === true,
    force: spec['force'] === true,
    wait: spec['wait'] === true,
    isSuspended: spec['suspend'] === true,
    deletionPolicy,
    timeoutMs: Math.max(MIN_TIMEOUT_MS, duration('timeout') ?? intervalMs - TIMEOUT_MARGIN_MS),
    intervalMs,
    retryIntervalMs: duration('retryInterval') ?? intervalMs,
    dependsOn: objectsIn(spec['dependsOn']).map((item) => readDependency(item, object)),
    healthChecks: objectsIn(spec['healthChecks']).map((item) => ({
      apiVersion: textOf(item['apiVersion']) || 'apps/v1',
      kind: textOf(item['kind']),
      name: textOf(item['name']),
      ...(textOf(item['namespace']) === '' ? {} : { namespace: textOf(item['namespace']) }),
    })),
    healthCheckExprs: objectsIn(spec['healthCheckExprs']),
    ...(account === '' ? {} : { serviceAccountName: account }),
    ...(targetNamespace === '' ? {} : { targetNamespace }),
    ...(isJsonObject(commonMetadata) ? { commonMetadata: readMetadata(commonMetadata) } : {}),
    variables: textsIn(postBuild['substitute']),
    substituteFrom: objectsIn(postBuild['substituteFrom']).map((item) => ({
      kind: textOf(item['kind']),
      name: textOf(item['name']),
      optional: item['optional'] === true,
    })),
    alwaysSubstitute: postBuild['substituteStrategy'] === 'Always',
    hasDecryption: isJsonObject(spec['decryption']),
    ...(isJsonObject(spec['kubeConfig']) ? { kubeConfig: readKubeConfigRef(spec['kubeConfig']) } : {}),
    ignore: objectsIn(spec['ignore']).map(readIgnoreRule),
  };
}

/**
 * Reads an entry of `spec.dependsOn`. Of another kind than the Kustomization's own, its version has to be named, and where it
 * is in a namespace, that too.
 *
 * Source: fluxcd/flux2 rfcs/xxxx-advanced-dependency-management; the released API has only name, namespace and readyExpr
 */
function readDependency(item: JsonObject, owner: K8sObject): Dependency {
  const name = textOf(item['name']);
  const kind = textOf(item['kind']) || owner.kind;
  const isOwnKind = kind === owner.kind;
  const apiVersion = textOf(item['apiVersion']) || (isOwnKind ? owner.apiVersion : '');
  if (apiVersion === '') {
    throw new FluxError('reconcile/invalid-object', `dependency '${kind}/${name}' has no apiVersion: it is of another kind`, {
      subject: refOf(owner),
      hint: `write its apiVersion into spec.dependsOn, as kubectl api-resources names it`,
    });
  }
  const namespace = textOf(item['namespace']) || (isOwnKind ? (owner.metadata.namespace ?? '') : '');
  const readyExpr = textOf(item['readyExpr']);
  return {
    apiVersion,
    kind,
    name,
    ...(namespace === '' ? {} : { namespace }),
    ready: item['ready'] !== false,
    ...(readyExpr === '' ? {} : { readyExpr }),
  };
}

function readKubeConfigRef(kubeConfig: JsonObject): KubeConfigRef {
  const { secretRef, configMapRef } = kubeConfig;
  const key = isJsonObject(secretRef) ? textOf(secretRef['key']) : '';
  return {
    ...(isJsonObject(secretRef) ? { secretRef: { name: textOf(secretRef['name']), ...(key === '' ? {} : { key }) } } : {}),
    ...(isJsonObject(configMapRef) ? { configMapRef: { name: textOf(configMapRef['name']) } } : {}),
  };
}

function readMetadata(metadata: JsonObject): { labels?: Record<string, string>; annotations?: Record<string, string> } {
  return {
    ...(isJsonObject(metadata['labels']) ? { labels: textsIn(metadata['labels']) } : {}),
    ...(isJsonObject(metadata['annotations']) ? { annotations: textsIn(metadata['annotations']) } : {}),
  };
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function textsIn(value: JsonValue | undefined): Record<string, string> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, text]) => (text === undefined || text === null ? [] : [[key, String(text)]])),
  );
}

function objectsIn(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

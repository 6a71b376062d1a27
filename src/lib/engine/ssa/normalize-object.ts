import { cloneJson, isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';

/**
 * Where the pod template of a kind is.
 *
 * Source: fluxcd/pkg ssa/normalize
 */
const POD_SPEC_PATHS: Readonly<Record<string, readonly string[]>> = {
  'v1/Pod': ['spec'],
  'apps/v1/Deployment': ['spec', 'template', 'spec'],
  'apps/v1/StatefulSet': ['spec', 'template', 'spec'],
  'apps/v1/DaemonSet': ['spec', 'template', 'spec'],
  'apps/v1/ReplicaSet': ['spec', 'template', 'spec'],
  'batch/v1/Job': ['spec', 'template', 'spec'],
  'batch/v1/CronJob': ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** Kinds that upstream leaves wholly alone: typed, their rules would lose an empty list. */
const LEFT_ALONE: readonly string[] = ['rbac.authorization.k8s.io/v1/Role', 'rbac.authorization.k8s.io/v1/ClusterRole'];

/**
 * Brings an object into the form that kustomize-controller applies: no status, no creation time, the default protocol of
 * ports, a Secret's `stringData` within its `data`.
 *
 * Effects: none
 * Source: fluxcd/pkg ssa/normalize
 */
export function normalizeObject(object: K8sObject): K8sObject {
  const type = `${object.apiVersion}/${object.kind}`;
  if (LEFT_ALONE.includes(type)) return object;
  const copy = cloneJson(object);
  const podSpec = POD_SPEC_PATHS[type];
  if (podSpec !== undefined) for (const container of listAt(copy, [...podSpec, 'containers'])) setProtocols(container);
  if (type === 'v1/Service') setProtocols(memberOf(copy, 'spec'));
  if (type === 'v1/Secret') foldStringData(copy);
  copy.metadata.creationTimestamp = null;
  if (object.kind !== 'CustomResourceDefinition') delete copy['status'];
  return copy;
}

/** Without the protocol, the server cannot tell two ports of one number apart. */
function setProtocols(holder: JsonObject | undefined): void {
  for (const port of listAt(holder, ['ports'])) {
    if (port['protocol'] === undefined || port['protocol'] === '') port['protocol'] = 'TCP';
  }
}

/** The server would fold it as well, but under a field manager of its own. */
function foldStringData(secret: K8sObject): void {
  const plain = secret['stringData'];
  if (!isJsonObject(plain)) return;
  if (!Object.values(plain).every((value) => typeof value === 'string')) return;
  const data: JsonObject = isJsonObject(secret['data']) ? secret['data'] : {};
  for (const [key, value] of Object.entries(plain)) data[key] = Buffer.from(String(value), 'utf8').toString('base64');
  delete secret['stringData'];
  if (Object.keys(data).length > 0) secret['data'] = data;
}

function memberOf(object: JsonObject, key: string): JsonObject | undefined {
  const value = object[key];
  return isJsonObject(value) ? value : undefined;
}

function listAt(object: JsonObject | undefined, path: readonly string[]): JsonObject[] {
  let value: JsonValue | undefined = object;
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined;
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

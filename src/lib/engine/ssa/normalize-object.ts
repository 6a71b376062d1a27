import { cloneJson, isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { type BuiltinTypes, roundTrip } from './round-trip.ts';

const NO_TYPES: BuiltinTypes = { kinds: {}, structs: {} };

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
 * ports, a Secret's `stringData` within its `data`. With the built-in types at hand also: no unknown fields, canonical
 * quantities, and the empty structs that Go always writes.
 *
 * An object that does not fit its type (`replicas: "2"`) is left to the API server to refuse.
 *
 * Effects: none
 * Source: fluxcd/pkg ssa/normalize
 */
export function normalizeTyped(object: K8sObject, types: BuiltinTypes): K8sObject {
  const type = `${object.apiVersion}/${object.kind}`;
  if (LEFT_ALONE.includes(type)) return object;
  const copy = fixKnownKind(cloneJson(object), type);
  const struct = Object.hasOwn(types.kinds, type) ? types.kinds[type] : undefined;
  const typed = struct === undefined ? copy : ((roundTrip(copy, struct, types) as K8sObject | undefined) ?? cloneJson(object));
  typed.metadata.creationTimestamp = null;
  if (object.kind !== 'CustomResourceDefinition') delete typed['status'];
  return typed;
}

/** Normalises an object without the built-in types: status, ports and Secrets only. */
export function normalizeObject(object: K8sObject): K8sObject {
  return normalizeTyped(object, NO_TYPES);
}

/** Normalises objects with the built-in types, which are loaded for it. */
export async function normalizeObjects(objects: readonly K8sObject[]): Promise<K8sObject[]> {
  const types = await loadBuiltinTypes();
  return objects.map((object) => normalizeTyped(object, types));
}

/** Loads the built-in types: a hundred kilobytes that only those who apply should pay for. */
export async function loadBuiltinTypes(): Promise<BuiltinTypes> {
  return (await import('./builtin-types.json', { with: { type: 'json' } })).default;
}

function fixKnownKind(object: K8sObject, type: string): K8sObject {
  const podSpec = POD_SPEC_PATHS[type];
  if (podSpec !== undefined) for (const container of listAt(object, [...podSpec, 'containers'])) setProtocols(container);
  if (type === 'v1/Service') setProtocols(memberOf(object, 'spec'));
  if (type === 'v1/Secret') foldStringData(object);
  return object;
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

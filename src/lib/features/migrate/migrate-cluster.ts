import { isFluxError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import type { Progress } from '../../core/progress.ts';
import { readList, readText } from '../../core/read-object.ts';

/** What migrating a cluster needs of it. */
export interface MigrateKube {
  get(ref: ObjectRef, options?: { signal?: AbortSignal }): Promise<K8sObject | undefined>;
  list(
    kind: { apiVersion: string; kind: string },
    options?: { labelSelector?: string; signal?: AbortSignal },
  ): Promise<{ items: K8sObject[] }>;
  patch(
    ref: ObjectRef,
    patch: JsonValue,
    options: { type: 'merge'; subresource?: string; fieldManager?: string; dryRun?: boolean; signal?: AbortSignal },
  ): Promise<K8sObject>;
}

/** How a cluster is migrated. */
export interface MigrateClusterOptions {
  readonly kube: MigrateKube;
  readonly progress: Progress;
  /** Asks the API server as if, and stores nothing. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  /** Recorded where the object records who changes it. */
  readonly fieldManager: string;
}

/** What became of one definition and its objects. */
export interface MigratedDefinition {
  readonly definition: string;
  readonly storageVersion: string;
  /** Versions that objects could be stored in until now. */
  readonly storedVersions: readonly string[];
  readonly objects: number;
  /** `namespace/name` of those that were written. */
  readonly migrated: readonly string[];
}

const DEFINITION = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' } as const;
/** Of Flux's own definitions; upstream goes by it as well. */
const OF_FLUX = 'app.kubernetes.io/part-of=flux';
/** How often an object is written that others get in the way of. */
const ATTEMPTS = 5;

/**
 * Has all Flux objects of a cluster stored in the version that their definitions store now, and their field managers recorded in
 * it, so that a release of Flux without the older versions can be installed.
 *
 * Effects: writes Flux objects whose stored version or field managers may be older; writes the status of their definitions
 * Source: fluxcd/flux2 cmd/flux/migrate.go ClusterMigrator
 * Differs: objects of which nothing can be old are not written; field managers are never written over those of a newer version
 *
 * @returns one for each definition of Flux, in the order of the API server
 * @throws {FluxError} errors of the API server
 */
export async function migrateCluster(options: MigrateClusterOptions): Promise<MigratedDefinition[]> {
  const { kube, progress, signal } = options;
  progress.action('starting migration of custom resources');
  const { items } = await kube.list(DEFINITION, { labelSelector: OF_FLUX, signal });
  const done: MigratedDefinition[] = [];
  for (const definition of items) done.push(await migrateDefinition(definition, options));
  if (items.length === 0) progress.warning('the cluster has no definitions of Flux');
  else if (options.dryRun) progress.success('custom resources can be migrated; nothing was written');
  else progress.success('custom resources migrated successfully');
  return done;
}

async function migrateDefinition(definition: K8sObject, options: MigrateClusterOptions): Promise<MigratedDefinition> {
  const { kube, progress, dryRun, signal, fieldManager } = options;
  const { name } = definition.metadata;
  const version = readList(definition, 'spec', 'versions').find((each) => isJsonObject(each) && each['storage'] === true);
  const storageVersion = readText(version, 'name');
  const storedVersions = readList(definition, 'status', 'storedVersions').map(String);
  const isStoredOld = storedVersions.some((stored) => stored !== storageVersion);
  const kind = {
    apiVersion: `${readText(definition, 'spec', 'group')}/${storageVersion}`,
    kind: readText(definition, 'spec', 'names', 'kind'),
  };
  const { items } = await kube.list(kind, { signal });
  const migrated: string[] = [];
  for (const object of items) {
    if (!(await migrateObject(object, isStoredOld, options))) continue;
    const { namespace = '', name: objectName } = object.metadata;
    migrated.push(`${namespace}/${objectName}`);
    progress.success(
      `${kind.kind}/${namespace}/${objectName} ${dryRun ? 'would be migrated' : 'migrated'} to version ${storageVersion}`,
    );
  }
  if (isStoredOld) {
    // Under a lock: a version that comes to be stored meanwhile must not be forgotten.
    const { resourceVersion } = definition.metadata;
    const lock = resourceVersion === undefined ? {} : { metadata: { resourceVersion } };
    const patch = { ...lock, status: { storedVersions: [storageVersion] } };
    await kube.patch(refOf(definition), patch, { type: 'merge', subresource: 'status', fieldManager, dryRun, signal });
    progress.success(`${name} ${dryRun ? 'would be migrated' : 'migrated'} to storage version ${storageVersion}`);
  }
  return { definition: name, storageVersion, storedVersions, objects: items.length, migrated };
}

/** Writes an object where that changes how it is stored; one that is gone meanwhile needs nothing. */
async function migrateObject(
  object: K8sObject,
  isStoredOld: boolean,
  { kube, dryRun, signal, fieldManager }: MigrateClusterOptions,
): Promise<boolean> {
  const ref = refOf(object);
  let current: K8sObject | undefined = object;
  for (let attempt = 1; current !== undefined; attempt++) {
    const managers = renewManagers(current);
    if (managers === undefined && !isStoredOld) return false;
    try {
      // An empty patch stores the object anew, in the version of today.
      await kube.patch(ref, managers ?? {}, { type: 'merge', fieldManager, dryRun, signal });
      return true;
    } catch (error) {
      if (isFluxError(error, 'kube/not-found')) return false;
      if (!isFluxError(error, 'kube/conflict') || attempt === ATTEMPTS) throw error;
      current = await kube.get(ref, { signal });
    }
  }
  return false;
}

/** The patch that has all field managers recorded in the object's version; `undefined` where they are. */
function renewManagers(object: K8sObject): JsonObject | undefined {
  const { resourceVersion } = object.metadata;
  const managers = readList(object, 'metadata', 'managedFields').filter(isJsonObject);
  if (resourceVersion === undefined || managers.every(({ apiVersion }) => apiVersion === object.apiVersion)) return undefined;
  const managedFields = managers.map((manager) => ({ ...manager, apiVersion: object.apiVersion }));
  // The version is a lock: whoever writes between reading and this keeps what they own.
  return { metadata: { resourceVersion, managedFields } };
}

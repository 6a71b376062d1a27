import { FluxError } from '../../core/errors.ts';
import type { FileSystem } from '../../core/filesystem.ts';
import { isJsonObject } from '../../core/json.ts';
import { formatSubject, isK8sObject, type K8sObject, refOf } from '../../core/objects.ts';
import type { Progress } from '../../core/progress.ts';
import { emitYaml } from '../../core/yaml/index.ts';
import type { NeededAccess } from '../../engine/rbac/index.ts';
import { buildKustomization } from '../build/index.ts';
import {
  actingUserOf,
  type ClusterView,
  type Kustomization,
  listNeeded,
  planIntent,
  readKustomization,
} from '../reconcile/index.ts';
import { checkKindsKnown, offlineScopes, offlineView } from './offline-view.ts';

/** What there is to work with where no cluster is asked. */
export interface OfflineRequest {
  /** In the API of this release, with a namespace. */
  readonly kustomization: K8sObject;
  /** What errors call the file that it is from. */
  readonly file: string;
  /** Folder with the manifests. */
  readonly path: string;
  /** Values for variables, over those of the spec. */
  readonly substitute?: Readonly<Record<string, string>>;
  /** Definitions of kinds that neither Kubernetes nor Flux brings; those in the set are known anyway. */
  readonly definitions?: readonly K8sObject[];
  readonly defaultServiceAccount?: string;
}

/** What that needs of the world. */
export interface OfflineWorld {
  /** What relative paths start from. */
  readonly cwd: string;
  openFolder(path: string): Promise<FileSystem>;
  readonly progress: Progress;
}

/** What a Kustomization needs, worked out without a cluster. */
export interface OfflinePlan {
  readonly kustomization: Kustomization;
  readonly view: ClusterView;
  /** Who will act. */
  readonly user?: string;
  readonly objects: readonly K8sObject[];
  readonly needed: readonly NeededAccess[];
}

/**
 * Builds a Kustomization from files and lists every access that its whole life needs. Each variable must have a value: a name
 * with a hole in it would make a role for an object that never comes.
 *
 * Effects: reads the folder
 *
 * @throws {FluxError} rbac/unknown-kind, rbac/unset-variable; those of the build
 */
export async function planOffline(request: OfflineRequest, world: OfflineWorld): Promise<OfflinePlan> {
  const object = withVariables(request.kustomization, request.substitute ?? {});
  const kustomization = readKustomization(object);
  const { namespace, name } = kustomization;
  const built = await buildKustomization(
    {
      namespace,
      name,
      path: request.path,
      file: request.file,
      dryRun: true,
      strictSubstitution: true,
      ignorePaths: [],
      recursive: false,
      localSources: {},
    },
    {
      ...world,
      readTextFile: () => Promise.resolve(emitYaml(object)),
      openCluster: () => Promise.reject(new FluxError('internal/bug', 'no cluster is asked here')),
    },
  ).catch((error: unknown) => {
    if (error instanceof FluxError && error.code === 'envsubst/missing-variable') throw explainUnset(error.message, error);
    throw error;
  });
  const objects = built.flatMap(listMembers);
  const scopeOf = offlineScopes([...objects, ...(request.definitions ?? [])]);
  checkKindsKnown([...objects, ...kustomization.healthChecks], scopeOf);
  for (const each of objects) {
    checkFilled(each);
    if (scopeOf(each)?.namespaced === true) checkPlaced(each);
  }
  const intent = await planIntent(objects, undefined, kustomization);
  const view = offlineView(scopeOf);
  const needed = await listNeeded(kustomization, intent, view, { health: true, wholeLife: true });
  const user = actingUserOf(kustomization, request.defaultServiceAccount);
  return { kustomization, view, objects: intent.objects, needed, ...(user === undefined ? {} : { user }) };
}

function withVariables(object: K8sObject, substitute: Readonly<Record<string, string>>): K8sObject {
  if (Object.keys(substitute).length === 0) return object;
  const spec = isJsonObject(object['spec']) ? object['spec'] : {};
  const postBuild = isJsonObject(spec['postBuild']) ? spec['postBuild'] : {};
  const before = isJsonObject(postBuild['substitute']) ? postBuild['substitute'] : {};
  return { ...object, spec: { ...spec, postBuild: { ...postBuild, substitute: { ...before, ...substitute } } } };
}

/** Lists in a set are applied member by member. */
function listMembers(object: K8sObject): readonly K8sObject[] {
  const { items } = object;
  return object.kind.endsWith('List') && Array.isArray(items) ? items.filter((item) => isK8sObject(item)) : [object];
}

function checkPlaced(object: K8sObject): void {
  if ((object.metadata.namespace ?? '') !== '') return;
  throw new FluxError(
    'rbac/no-namespace',
    `${formatSubject(refOf(object))} names no namespace, and neither does spec.targetNamespace`,
    {
      subject: refOf(object),
      hint: 'write metadata.namespace into it, or set spec.targetNamespace: Flux refuses it as it is',
    },
  );
}

function checkFilled(object: K8sObject): void {
  const { name, namespace = '' } = object.metadata;
  const found = /\$\{[^}]*\}/.exec(`${object.apiVersion} ${object.kind} ${namespace} ${name}`)?.[0];
  if (found === undefined) return;
  throw explainUnset(`${formatSubject(refOf(object))} has the variable ${found} in its name, and nothing sets it here`);
}

function explainUnset(message: string, cause?: unknown): FluxError {
  return new FluxError('rbac/unset-variable', message, {
    hint: 'no cluster is asked, so spec.postBuild.substituteFrom is not read: give the value with --substitute NAME=VALUE',
    ...(cause === undefined ? {} : { cause }),
  });
}

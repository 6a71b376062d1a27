import { parseAccount } from '../../core/account-name.ts';
import { formatSubject, type K8sObject, type KindRef, type ObjectRef, refOf } from '../../core/objects.ts';
import type { Progress } from '../../core/progress.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { KubeClient } from '../../engine/kube/index.ts';
import { listGrants, type ResourceScope, suggestRole } from '../../engine/rbac/index.ts';
import { selectObjects, sourceRefsOf } from '../reconcile/index.ts';
import { actsAsCaller, type DriveScope, listDriveAccess } from './drive-access.ts';

/** Who is to drive. */
export type DriveCaller =
  | { readonly kind: 'ServiceAccount'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'User'; readonly name: string };

/** What is asked of the cluster. */
export interface DriveRolePorts {
  readonly kube: KubeClient;
  readonly progress: Progress;
}

/**
 * Writes the smallest roles with which somebody can drive what there is now: a Role for each namespace, a ClusterRole where
 * all namespaces are driven, and the bindings.
 *
 * Effects: reads the cluster
 *
 * @param caller who gets them; absent means whoever asks
 * @throws {FluxError} reconcile/not-found: a name that is not there; kube/…
 */
export async function writeDriveRole(scope: DriveScope, ports: DriveRolePorts, caller?: DriveCaller): Promise<K8sObject[]> {
  const { kube, progress } = ports;
  const objects = await findDriven(scope, kube);
  const acting = objects.filter((object) => actsAsCaller(object, scope));
  for (const object of acting) {
    progress.warning(
      `${formatSubject(refOf(object))} names no account, so it acts as whoever drives: add what "flux-ts rbac role kustomization ${object.metadata.name} -n ${object.metadata.namespace}" prints`,
    );
  }
  const scopes = await readScopes(objects, kube);
  const requests = listDriveAccess(objects, scope, (kind) => scopes.get(`${kind.apiVersion}/${kind.kind}`));
  const subject = caller ?? (await whoAmI(kube));
  const roles = suggestRole(listGrants(requests.map((request) => ({ ...request, subject: NOBODY, why: 'apply' }))), {
    name: nameOf(scope),
    names: 'all',
    account: { namespace: '', name: subject.name },
  });
  return roles.map((role) => (role['subjects'] === undefined ? role : { ...role, subjects: [subjectOf(subject)] }));
}

/** The grants are not for one object. */
const NOBODY: ObjectRef = { apiVersion: 'v1', kind: 'Drive', name: 'drive' };

/** The Kustomizations with the sources that they need, and those that these include. */
async function findDriven({ namespace, names, withSources }: DriveScope, kube: KubeClient): Promise<K8sObject[]> {
  const place = namespace === undefined ? {} : { namespace };
  const selected = await selectObjects(
    names === undefined || namespace === undefined ? { from: 'cluster', ...place } : { from: 'names', namespace, names },
    { kube },
    withSources,
  );
  const found = new Map(selected.map((object) => [formatSubject(refOf(object)), object]));
  const open = [...selected];
  for (let object = open.pop(); object !== undefined; object = open.pop()) {
    for (const ref of sourceRefsOf(object)) {
      const key = formatSubject(ref);
      if (found.has(key)) continue;
      const source = (await kube.get(ref)) ?? { ...ref, metadata: { name: ref.name, namespace: ref.namespace ?? '' } };
      found.set(key, source);
      open.push(source);
    }
  }
  return [...found.values()];
}

/** Dependencies may be of any kind. */
async function readScopes(objects: readonly K8sObject[], kube: KubeClient): Promise<ReadonlyMap<string, ResourceScope>> {
  const scopes = new Map<string, ResourceScope>();
  const kinds = new Map<string, KindRef>();
  for (const { spec, apiVersion, kind } of objects) {
    const dependencies = isJsonObject(spec) && Array.isArray(spec['dependsOn']) ? spec['dependsOn'] : [];
    for (const one of dependencies) {
      if (!isJsonObject(one)) continue;
      const wanted = { apiVersion: String(one['apiVersion'] ?? apiVersion), kind: String(one['kind'] ?? kind) };
      kinds.set(`${wanted.apiVersion}/${wanted.kind}`, wanted);
    }
  }
  for (const [key, kind] of kinds) {
    const resource = await kube.resourceOf(kind);
    if (resource !== undefined) scopes.set(key, resource);
  }
  return scopes;
}

async function whoAmI(kube: KubeClient): Promise<DriveCaller> {
  const kind = 'SelfSubjectReview';
  const answer = await kube.request({
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    body: { apiVersion: 'authentication.k8s.io/v1', kind, metadata: {} },
  });
  const status = isJsonObject(answer) && isJsonObject(answer['status']) ? answer['status'] : {};
  const info = isJsonObject(status['userInfo']) ? status['userInfo'] : {};
  return parseCaller(String(info['username'] ?? ''));
}

/**
 * Reads who a user name stands for: an account has a name of four parts.
 *
 * @example parseCaller('system:serviceaccount:ci:runner') // { kind: 'ServiceAccount', namespace: 'ci', name: 'runner' }
 */
export function parseCaller(username: string): DriveCaller {
  const account = parseAccount(username);
  return account === undefined ? { kind: 'User', name: username } : { kind: 'ServiceAccount', ...account };
}

function subjectOf(caller: DriveCaller): JsonObject {
  if (caller.kind === 'ServiceAccount') return { kind: caller.kind, name: caller.name, namespace: caller.namespace };
  return { apiGroup: 'rbac.authorization.k8s.io', kind: caller.kind, name: caller.name };
}

/** The colon keeps it apart from names that people give; what is driven is in it, so that two of them do not meet. */
function nameOf({ namespace, names }: DriveScope): string {
  return ['flux-drive', namespace ?? '', ...(names ?? [])].filter((part) => part !== '').join(':');
}

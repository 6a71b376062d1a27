import { isFluxError } from '../../../core/errors.ts';
import { TENANT_LABEL } from '../../../core/flux.ts';
import { type K8sObject, refOf } from '../../../core/objects.ts';
import { readList, readText } from '../../../core/read-object.ts';
import { closed, inapplicable, open, unknown } from '../attempts.ts';
import { type Outcome, tryCreate, tryDelete, tryPatch } from '../probe.ts';
import { access, may } from '../rights.ts';
import type { Attempt } from '../types.ts';
import { type EscapeWorld, inPlace, judgeRefusal, type Place, type Vector } from '../world.ts';
import { openNetwork } from './probe-objects.ts';

/** Rights with which an account gives itself, or another one, more. */
const POWERS: readonly (readonly [verb: string, resource: string])[] = [
  ['create', 'roles.rbac.authorization.k8s.io'],
  ['create', 'rolebindings.rbac.authorization.k8s.io'],
  ['bind', 'roles.rbac.authorization.k8s.io'],
  ['escalate', 'roles.rbac.authorization.k8s.io'],
  ['create', 'serviceaccounts'],
  ['impersonate', 'serviceaccounts'],
];

/** Whoever writes roles and accounts decides what everybody may. */
export const OWN_RIGHTS: Vector = {
  id: 'E11',
  title: 'roles, bindings and accounts',
  async attempts(world) {
    const attempts: Attempt[] = [];
    for (const place of world.places) {
      for (const [verb, resource] of POWERS) {
        const plural = resource.split('.')[0] ?? '';
        const what = `${verb} ${plural}${inPlace(world, place)}`;
        const allowed = await may(place.kube, access(verb, resource, place.namespace));
        attempts.push(
          allowed
            ? open(what, `${await roleOf(world, place)} allows ${verb} ${plural}`, '--cluster-role=flux-tenant')
            : closed(what, `Role (denied: ${verb} ${plural})`),
        );
      }
    }
    return attempts;
  },
};

/** The role that an account is bound to in its namespace, in words. */
async function roleOf({ kube }: EscapeWorld, { namespace, account }: Place): Promise<string> {
  try {
    const { items } = await kube.list({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' }, { namespace });
    const found = items.find((binding) =>
      readList(binding, 'subjects').some(
        (subject) => readText(subject, 'kind') === 'ServiceAccount' && readText(subject, 'name') === account,
      ),
    );
    return found === undefined ? 'a role' : `${readText(found, 'roleRef', 'kind')} ${readText(found, 'roleRef', 'name')}`;
  } catch (error) {
    if (isFluxError(error, 'kube/forbidden')) return 'a role';
    throw error;
  }
}

const BOUNDS: readonly (readonly [apiVersion: string, kind: string])[] = [
  ['v1', 'ResourceQuota'],
  ['v1', 'LimitRange'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
];

const NARROWER = '--cluster-role=flux-tenant';

/** What bounds a tenant must not be the tenant's to take away. */
export const OWN_BOUNDS: Vector = {
  id: 'E13',
  title: 'quota, limits, network policy, labels',
  async attempts(world) {
    const attempts: Attempt[] = [];
    for (const place of world.places) {
      attempts.push(...(await touchNamespace(world, place)));
      for (const [apiVersion, kind] of BOUNDS) attempts.push(...(await touchBounds(world, place, apiVersion, kind)));
    }
    return attempts;
  },
};

async function touchNamespace(world: EscapeWorld, { namespace, kube }: Place): Promise<Attempt[]> {
  const ref = { apiVersion: 'v1', kind: 'Namespace', name: namespace };
  const label = { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } };
  const judge = (what: string, outcome: Outcome): Attempt =>
    judgeRefusal(what, outcome) ?? open(what, `its account may change ${what}`, NARROWER);
  return [
    judge(`labels of namespace ${namespace}`, await tryPatch(kube, ref, label)),
    judge(`namespace ${namespace} itself`, await tryDelete(kube, ref)),
  ];
}

async function touchBounds(world: EscapeWorld, place: Place, apiVersion: string, kind: string): Promise<Attempt[]> {
  const { namespace, kube } = place;
  const objects = await listBounds(world, apiVersion, kind, namespace);
  if (objects === undefined) return [unknown(`${kind} of ${namespace}`, `the caller may not list ${kind} objects`)];
  if (objects.length === 0) return [inapplicable(`${kind} of ${namespace}`, `there is no ${kind}`)];
  const attempts: Attempt[] = [];
  for (const object of objects) {
    const { name } = object.metadata;
    const what = `delete ${kind} ${name}${inPlace(world, place)}`;
    attempts.push(
      judgeRefusal(what, await tryDelete(kube, { ...refOf(object), apiVersion, kind })) ??
        open(what, `its account may ${what}`, NARROWER),
    );
  }
  if (kind === 'NetworkPolicy') {
    const what = `another NetworkPolicy, which opens everything${inPlace(world, place)}`;
    attempts.push(
      judgeRefusal(what, await tryCreate(kube, openNetwork(namespace))) ??
        open(what, 'its account may create a NetworkPolicy that opens everything', NARROWER),
    );
  }
  return attempts;
}

/** The bounds that the platform has set: those with the label of a tenant, or, where there are none, all. */
async function listBounds(
  { kube, tenant }: EscapeWorld,
  apiVersion: string,
  kind: string,
  namespace: string,
): Promise<readonly K8sObject[] | undefined> {
  try {
    const { items } = await kube.list({ apiVersion, kind }, { namespace, metadataOnly: true });
    const own = items.filter(({ metadata }) => metadata.labels?.[TENANT_LABEL] === tenant.name);
    return own.length > 0 ? own : items;
  } catch (error) {
    if (isFluxError(error, 'kube/forbidden')) return undefined;
    throw error;
  }
}

/** A user that old versions named in bindings: whoever can get a certificate with that name has the rights. */
export const DEAD_USER: Vector = {
  id: 'E16',
  title: 'user gotk:NAMESPACE:reconciler',
  async attempts(world) {
    const attempts: Attempt[] = [];
    for (const namespace of world.tenant.namespaces) {
      const what = `bindings in ${namespace}`;
      try {
        const { items } = await world.kube.list(
          { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' },
          { namespace },
        );
        const dead = items.flatMap((binding) =>
          readList(binding, 'subjects')
            .filter((subject) => readText(subject, 'kind') === 'User' && /^gotk:.*:reconciler$/.test(readText(subject, 'name')))
            .map((subject) => `RoleBinding ${binding.metadata.name} names user ${readText(subject, 'name')}`),
        );
        const [first] = dead;
        attempts.push(first === undefined ? closed(what, 'no binding names such a user') : open(what, first, '--skip-namespace'));
      } catch (error) {
        if (!isFluxError(error, 'kube/forbidden')) throw error;
        attempts.push(unknown(what, 'the caller may not list bindings'));
      }
    }
    return attempts;
  },
};

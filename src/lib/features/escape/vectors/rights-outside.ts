import { mapBounded } from '../../../core/map-bounded.ts';
import { closed, inapplicable, open, unknown } from '../attempts.ts';
import { tryCreate } from '../probe.ts';
import { access, formatRule, harmfulRights, listRights, may } from '../rights.ts';
import type { Attempt } from '../types.ts';
import { type EscapeWorld, judgeRefusal, type Place, PROBE, type Vector } from '../world.ts';
import { configMap } from './probe-objects.ts';

/** Questions to an API server that are under way at once. */
const PARALLEL = 8;

/** What a tenant's account may write elsewhere, `targetNamespace` reaches. */
export const TARGET_NAMESPACE: Vector = {
  id: 'E4',
  title: 'targetNamespace elsewhere',
  async attempts(world) {
    const attempts: Attempt[] = [];
    for (const place of world.places) {
      const what = `ConfigMap in ${world.platform}`;
      attempts.push(
        judgeRefusal(what, await tryCreate(place.kube, configMap(world.platform))) ??
          open(what, `${place.namespace}/${place.account} may create it`, `bind ${place.account} in its own namespaces only`),
      );
      attempts.push(await elsewhere(world, place));
    }
    if (world.attack !== undefined) attempts.push(await attackElsewhere(world));
    return attempts;
  },
};

async function elsewhere({ foreign, tenant }: EscapeWorld, { kube, namespace, account }: Place): Promise<Attempt> {
  const what = `rights of ${namespace}/${account} in other namespaces`;
  if (foreign === undefined) return unknown(what, 'the caller may not list namespaces');
  const own = new Set(tenant.accounts.map((one) => one.namespace));
  const others = foreign.filter((one) => !own.has(one));
  const found = await mapBounded(others, PARALLEL, async (other) => {
    const [rule] = harmfulRights(await listRights(kube, other));
    return rule === undefined ? undefined : `may ${formatRule(rule)} in ${other}`;
  });
  const bad = found.filter((text) => text !== undefined);
  const [first] = bad;
  return first === undefined
    ? closed(what, `no write, and no Secret, in ${others.length} other namespaces`)
    : open(what, `${first}${bad.length > 1 ? ` and ${bad.length - 1} more` : ''}`, `bind ${account} in its own namespaces only`);
}

async function attackElsewhere({ attack, places, platform }: EscapeWorld): Promise<Attempt> {
  const what = `for real: a Kustomization with targetNamespace ${platform}`;
  const [place] = places;
  if (attack === undefined || place === undefined) return inapplicable(what, 'there is no account to attack with');
  const { reached, message } = await attack.run({
    namespace: place.namespace,
    spec: { serviceAccountName: place.account, targetNamespace: platform },
    files: { 'loot.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${PROBE}\n` },
    target: { apiVersion: 'v1', kind: 'ConfigMap', namespace: platform, name: PROBE },
  });
  return reached ? open(what, message, `bind ${place.account} in its own namespaces only`) : closed(what, message);
}

/** What a set has beyond namespaces is everybody's. */
export const CLUSTER_SCOPED: Vector = {
  id: 'E14',
  title: 'cluster-scoped object',
  async attempts(world) {
    const kinds = (await world.kube.resources()).filter(
      ({ namespaced, verbs, group }) =>
        !namespaced && verbs.includes('create') && group !== 'authorization.k8s.io' && group !== 'authentication.k8s.io',
    );
    const attempts: Attempt[] = [];
    for (const place of world.places) {
      const allowed = await mapBounded(kinds, PARALLEL, async ({ group, plural }) =>
        (await may(place.kube, access('create', group === '' ? plural : `${plural}.${group}`))) ? plural : undefined,
      );
      const bad = allowed.filter((plural) => plural !== undefined);
      const what = `cluster-scoped kinds, by ${place.namespace}/${place.account}`;
      attempts.push(
        bad.length === 0
          ? closed(what, `Role (denied: create ${kinds.length} cluster-scoped kinds)`)
          : open(
              what,
              `may create ${bad.slice(0, 3).join(', ')}${bad.length > 3 ? ` and ${bad.length - 3} more` : ''}`,
              `bind ${place.account} by RoleBindings only`,
            ),
      );
    }
    if (world.attack !== undefined) attempts.push(await attackCluster(world));
    return attempts;
  },
};

async function attackCluster({ attack, places }: EscapeWorld): Promise<Attempt> {
  const what = 'for real: a ClusterRole in the set';
  const [place] = places;
  if (attack === undefined || place === undefined) return inapplicable(what, 'there is no account to attack with');
  const { reached, message } = await attack.run({
    namespace: place.namespace,
    spec: { serviceAccountName: place.account },
    files: {
      'loot.yaml': `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: ${PROBE}\nrules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]\n`,
    },
    target: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: PROBE },
  });
  return reached ? open(what, message, `bind ${place.account} by RoleBindings only`) : closed(what, message);
}

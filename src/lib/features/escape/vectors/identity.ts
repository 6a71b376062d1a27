import { formatAccount } from '../../../core/account-name.ts';
import type { K8sObject } from '../../../core/objects.ts';
import { closed, inapplicable, open, unknown } from '../attempts.ts';
import { tryCreate } from '../probe.ts';
import { flagOf } from '../read-controllers.ts';
import { access, accountMay, exceedingRights, formatRule, listRights } from '../rights.ts';
import type { Attempt } from '../types.ts';
import { controllerOf, type EscapeWorld, inPlace, judgeRefusal, type Place, PROBE, type Vector } from '../world.ts';
import { cloudProvider, gitRepository, helmRelease, imageRepository, kustomization, ociRepository } from './probe-objects.ts';

const ADMISSION = '--admission-policy';

/** Whoever names no account must not be somebody powerful. */
export const NO_ACCOUNT: Vector = {
  id: 'E1',
  title: 'object without a service account',
  async attempts(world) {
    const attempts: Attempt[] = [];
    for (const place of world.places) {
      attempts.push(await withoutAccount(world, place, 'kustomize-controller', kustomization(place.namespace, undefined)));
      attempts.push(await withoutAccount(world, place, 'helm-controller', helmRelease(place.namespace, undefined)));
    }
    if (world.attack !== undefined) attempts.push(await attackWithoutAccount(world));
    return attempts;
  },
};

async function withoutAccount(world: EscapeWorld, place: Place, name: string, object: K8sObject): Promise<Attempt> {
  const what = `${object.kind} without an account${inPlace(world, place)}`;
  const early = judgeRefusal(what, await tryCreate(place.kube, object));
  if (early !== undefined) return early;
  const { controllers } = world;
  if (controllers.state === 'unreadable') return unknown(what, `the flags of ${name} cannot be read`);
  if (controllers.state === 'absent')
    return open(what, `Flux is not installed; by default ${name} would act as itself`, ADMISSION);
  const controller = controllerOf(world, name);
  if (controller === undefined) return inapplicable(what, `${name} is not installed`);
  const fallback = flagOf(controller.args, 'default-service-account') ?? '';
  if (fallback !== '') return await judgeFallback(world, place, what, fallback);
  const account = { namespace: controllers.namespace, name: controller.serviceAccount };
  for (const request of [
    access('create', 'configmaps', world.platform),
    access('create', 'clusterrolebindings.rbac.authorization.k8s.io'),
  ]) {
    if (await accountMay(world.kube, account, request)) {
      return open(
        what,
        `acts as ${name}, which may ${request.verb} ${request.resource}${request.namespace === undefined ? '' : ` in ${request.namespace}`}`,
        ADMISSION,
      );
    }
  }
  return closed(what, `${name} has no rights of its own`);
}

/** An account that stands in for nobody must have nothing that the tenant has not. */
async function judgeFallback({ kube }: EscapeWorld, place: Place, what: string, fallback: string): Promise<Attempt> {
  const rights = await listRights(
    kube.impersonate(formatAccount({ namespace: place.namespace, name: fallback })),
    place.namespace,
  );
  const [more] = exceedingRights(rights, await listRights(place.kube, place.namespace));
  return more === undefined
    ? closed(what, `--default-service-account=${fallback}`)
    : open(
        what,
        `account ${place.namespace}/${fallback}, which stands in, may ${formatRule(more)}`,
        `take the rights from ${place.namespace}/${fallback}`,
      );
}

async function attackWithoutAccount({ attack, places, platform }: EscapeWorld): Promise<Attempt> {
  const what = 'for real: one that writes into the platform without an account';
  const [place] = places;
  if (attack === undefined || place === undefined) return inapplicable(what, 'there is no account to attack with');
  const { reached, message } = await attack.run({
    namespace: place.namespace,
    spec: {},
    files: { 'loot.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${PROBE}\n  namespace: ${platform}\n` },
    target: { apiVersion: 'v1', kind: 'ConfigMap', namespace: platform, name: PROBE },
  });
  return reached ? open(what, message, ADMISSION) : closed(what, message);
}

/** Within a namespace, accounts are for the choosing. */
export const STRONGER_ACCOUNT: Vector = {
  id: 'E2',
  title: 'account of somebody stronger',
  async attempts(world) {
    const attempts: Attempt[] = [];
    for (const place of world.places) attempts.push(await withOtherAccount(world, place));
    return attempts;
  },
};

async function withOtherAccount(world: EscapeWorld, place: Place): Promise<Attempt> {
  const what = `Kustomization with another account${inPlace(world, place)}`;
  const early = judgeRefusal(what, await tryCreate(place.kube, kustomization(place.namespace, PROBE)));
  if (early !== undefined) return early;
  const { items } = await world.kube.list(
    { apiVersion: 'v1', kind: 'ServiceAccount' },
    { namespace: place.namespace, metadataOnly: true },
  );
  // An account that is no stronger here may be stronger elsewhere.
  const scopes = [place.namespace, world.platform];
  const held = await Promise.all(scopes.map((scope) => listRights(place.kube, scope)));
  const others = items.map(({ metadata }) => metadata.name).filter((name) => name !== place.account);
  for (const name of others) {
    const account = world.kube.impersonate(formatAccount({ namespace: place.namespace, name }));
    for (const [index, scope] of scopes.entries()) {
      const [more] = exceedingRights(await listRights(account, scope), held[index] ?? []);
      if (more === undefined) continue;
      const why = `account ${place.namespace}/${name} may ${formatRule(more)} in ${scope}, and any Kustomization can name it`;
      return open(what, why, ADMISSION);
    }
  }
  return closed(what, `no account in ${place.namespace} is stronger (${others.length} looked at)`);
}

/** Objects with which a tenant has a controller log in to a cloud as itself: who does it, and the flag that names another. */
const CLOUD_LOGINS: readonly (readonly [
  what: string,
  controller: string,
  flag: string,
  make: (namespace: string, account: string) => K8sObject,
])[] = [
  [
    'GitRepository with a cloud login',
    'source-controller',
    'default-service-account',
    (namespace) => gitRepository(namespace, { provider: 'azure' }),
  ],
  [
    'OCIRepository with a cloud login',
    'source-controller',
    'default-service-account',
    (namespace) => ociRepository(namespace, { provider: 'aws' }),
  ],
  [
    'Kustomization for a cluster of a cloud',
    'kustomize-controller',
    'default-kubeconfig-service-account',
    (namespace, account) => kustomization(namespace, account, { kubeConfig: { configMapRef: { name: PROBE } } }),
  ],
  [
    'HelmRelease for a cluster of a cloud',
    'helm-controller',
    'default-kubeconfig-service-account',
    (namespace, account) => helmRelease(namespace, account, { kubeConfig: { configMapRef: { name: PROBE } } }),
  ],
  [
    'Provider of a cloud without a Secret',
    'notification-controller',
    'default-service-account',
    (namespace) => cloudProvider(namespace),
  ],
  [
    'ImageRepository with a cloud login',
    'image-reflector-controller',
    'default-service-account',
    (namespace) => imageRepository(namespace, { provider: 'aws' }),
  ],
  [
    'GitRepository with a cloud login, pushed to',
    'image-automation-controller',
    'default-service-account',
    (namespace) => gitRepository(namespace, { provider: 'azure' }),
  ],
];

/** What a controller may do in a cloud, a tenant's object must not borrow. */
export const CLOUD_IDENTITY: Vector = {
  id: 'E10',
  title: 'cloud identity of a controller',
  async attempts(world) {
    const attempts: Attempt[] = [];
    for (const place of world.places) {
      for (const [what, controller, flag, make] of CLOUD_LOGINS) {
        const named = `${what} and no account${inPlace(world, place)}`;
        const outcome = await tryCreate(place.kube, make(place.namespace, place.account));
        attempts.push(judgeRefusal(named, outcome) ?? judgeIdentity(world, named, controller, flag));
      }
    }
    return attempts;
  },
};

function judgeIdentity(world: EscapeWorld, what: string, name: string, flag: string): Attempt {
  const controller = controllerOf(world, name);
  if (world.controllers.state === 'unreadable') return unknown(what, `the flags of ${name} cannot be read`);
  if (controller === undefined) {
    return world.controllers.state === 'absent'
      ? unknown(what, 'Flux is not installed, and whether it will have a cloud identity is not known')
      : inapplicable(what, `${name} is not installed`);
  }
  const fallback = flagOf(controller.args, flag) ?? '';
  if (fallback !== '') return closed(what, `--${flag}=${fallback} on ${name}`);
  const [identity] = controller.cloudIdentities;
  if (identity !== undefined) return open(what, `${name} has one (${identity})`, 'flux-ts install --multi-tenant');
  return unknown(what, `${name} shows none, but may have that of its node, and no --${flag}`);
}

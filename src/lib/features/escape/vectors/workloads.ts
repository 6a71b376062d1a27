import { isFluxError } from '../../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import type { K8sObject } from '../../../core/objects.ts';
import { readList, readPath, readText } from '../../../core/read-object.ts';
import { closed, inapplicable, open, unknown } from '../attempts.ts';
import { tryCreate } from '../probe.ts';
import { access, may } from '../rights.ts';
import type { Attempt } from '../types.ts';
import { controllerOf, type EscapeWorld, inPlace, judgeRefusal, type Place, type Vector } from '../world.ts';
import { pod, tokenSecret } from './probe-objects.ts';

/** Workloads that make pods for whoever may create them. */
const WORKLOADS: readonly string[] = [
  'pods',
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'jobs.batch',
  'cronjobs.batch',
];

/** The account that reconciles must not lend itself to what it has applied. */
export const RECONCILER_TOKEN: Vector = {
  id: 'E12',
  title: 'token of the reconciling account',
  async attempts(world) {
    const attempts: Attempt[] = [];
    for (const place of world.places) {
      attempts.push(await asPod(world, place));
      const what = `Secret with a token of ${place.account}${inPlace(world, place)}`;
      attempts.push(
        judgeRefusal(what, await tryCreate(place.kube, tokenSecret(place.namespace, place.account))) ??
          open(what, `a Secret may hold a token of ${place.account}`, '--admission-policy'),
      );
      attempts.push(await askForToken(world, place));
    }
    return attempts;
  },
};

/** Pods of a Deployment are created by its controller, so whoever may create one of these gets past a role without pods. */
async function asPod(world: EscapeWorld, place: Place): Promise<Attempt> {
  const what = `pod that runs as ${place.account}${inPlace(world, place)}`;
  const object = pod(place.namespace, place.account);
  const allowed: string[] = [];
  for (const resource of WORKLOADS)
    if (await may(place.kube, access('create', resource, place.namespace))) allowed.push(resource);
  const [first] = allowed;
  if (first === undefined) return closed(what, 'Role (denied: create pods, and all that makes pods)');
  const outcome = await tryCreate(first === 'pods' ? place.kube : world.kube, object);
  return (
    judgeRefusal(what, outcome) ??
    open(what, `${first.split('.')[0]} may run as ${place.account}, with a token of it`, '--admission-policy')
  );
}

async function askForToken(world: EscapeWorld, { kube, namespace, account }: Place): Promise<Attempt> {
  const what = `token of ${account}, asked of the API server${inPlace(world, { namespace })}`;
  const request = { ...access('create', 'serviceaccounts', namespace, account), resource: 'serviceaccounts/token' };
  if (!(await may(kube, request))) return closed(what, 'Role (denied: create serviceaccounts/token)');
  try {
    await kube.request({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token?dryRun=All`,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: {}, spec: { expirationSeconds: 600 } },
    });
  } catch (error) {
    const policy = /ValidatingAdmissionPolicy '([^']+)'/.exec(isFluxError(error) ? error.message : '')?.[1];
    if (policy !== undefined) return closed(what, `admission policy ${policy}`);
    if (isFluxError(error)) return unknown(what, error.message);
    throw error;
  }
  return open(what, `it may ask for a token of ${account}`, '--admission-policy');
}

const ARTIFACT_PORT = 9090;

/** Artifacts are served to whoever asks: only the network keeps others away. */
export const ARTIFACT_READ: Vector = {
  id: 'E17',
  title: 'artifact read from a pod',
  async attempts(world) {
    const what = `port ${ARTIFACT_PORT} of source-controller`;
    const controller = controllerOf(world, 'source-controller');
    const { state, namespace } = world.controllers;
    if (state === 'unreadable') return [unknown(what, `the caller may not read ${namespace}`)];
    if (controller === undefined) return [inapplicable(what, 'source-controller is not installed')];
    const { items } = await world.kube.list({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' }, { namespace });
    const selecting = items.filter((policy) => selects(policy, controller.podLabels) && isIngress(policy));
    const letting = selecting.find(letsEverybodyIn);
    const mend = 'flux-ts install --network-policy';
    if (selecting.length === 0) return [open(what, `no NetworkPolicy in ${namespace} keeps other namespaces away`, mend)];
    if (letting !== undefined) return [open(what, `NetworkPolicy ${letting.metadata.name} lets everybody in`, mend)];
    const names = selecting.map(({ metadata }) => metadata.name).sort();
    return [closed(what, `NetworkPolicy ${names[0] ?? ''} (enforcement not tested: it takes a pod)`)];
  },
};

function selects(policy: K8sObject, labels: Readonly<Record<string, string>>): boolean {
  const wanted = readPath(policy, 'spec', 'podSelector', 'matchLabels');
  // A selector with expressions is taken to select: a policy too many makes nobody safer here, since all are looked through.
  return !isJsonObject(wanted) || Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

function isIngress(policy: K8sObject): boolean {
  const types = readList(policy, 'spec', 'policyTypes');
  return types.length === 0 || types.includes('Ingress');
}

function letsEverybodyIn(policy: K8sObject): boolean {
  return readList(policy, 'spec', 'ingress').some((rule) => {
    const ports = readList(rule, 'ports');
    const reaches =
      ports.length === 0 || ports.some((port) => ['', String(ARTIFACT_PORT), 'http'].includes(textOf(port, 'port')));
    const from = readList(rule, 'from');
    return reaches && (from.length === 0 || from.some(isEverybody));
  });
}

/** A peer of other namespaces. Which of them, a selector says that we do not follow: any counts. */
function isEverybody(peer: JsonValue): boolean {
  return (
    isJsonObject(peer) && (peer['namespaceSelector'] !== undefined || readText(peer as JsonObject, 'ipBlock', 'cidr') !== '')
  );
}

function textOf(object: JsonValue, key: string): string {
  const value = isJsonObject(object) ? object[key] : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

import { isJsonObject, type JsonObject, type JsonValue } from '../../src/lib/core/json.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { readCondition, readList, readPath, readText } from '../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import type { GitServer } from '../support/git-server.ts';
import { comparePictures, type Picture, takePicture } from '../support/take-picture.ts';
import { KUSTOMIZATIONS, kindOf, type Planned, type PlannedCommit } from './make-history.ts';

const SOURCE = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository' } as const;
const KUSTOMIZATION = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' } as const;
const LEASE = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' } as const;
const OWNER_LABEL = 'kustomize.toolkit.fluxcd.io/name';
const API_VERSIONS: Readonly<Record<string, string>> = { Role: 'rbac.authorization.k8s.io/v1', Deployment: 'apps/v1' };

/** Where histories are reconciled. */
export interface Ground {
  readonly kube: KubeClient;
  readonly git: GitServer;
}

/** Hears what is wrong. */
export type Tell = (what: string) => void;

/**
 * Makes a namespace with the source and the Kustomizations of a history.
 *
 * @param repository of another namespace, to reconcile the same anew
 */
export async function prepare(namespace: string, { kube, git }: Ground, repository: string = namespace): Promise<void> {
  if (repository === namespace) await git.create(repository);
  await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const source = { interval: '1h', url: git.urlOf(repository), ref: { branch: 'main' } };
  await kube.create({ ...SOURCE, metadata: { name: 'app', namespace }, spec: source });
  for (const [name, { dependsOn = [] }] of Object.entries(KUSTOMIZATIONS)) {
    const spec = {
      interval: '1h',
      path: `./${name}`,
      prune: true,
      targetNamespace: namespace,
      sourceRef: { kind: 'GitRepository', name: 'app' },
      dependsOn: dependsOn.map((other) => ({ name: other })),
    };
    await kube.create({ ...KUSTOMIZATION, metadata: { name, namespace }, spec });
  }
}

/** Every object of ours, with the uid it has. */
export async function idsOf(namespace: string, kube: KubeClient): Promise<Map<string, K8sObject>> {
  const found = new Map<string, K8sObject>();
  for (const kind of ['ConfigMap', 'Secret', 'ServiceAccount', 'Role', 'Deployment', 'Service']) {
    const { items } = await kube.list(
      { apiVersion: API_VERSIONS[kind] ?? 'v1', kind },
      { namespace, labelSelector: OWNER_LABEL },
    );
    for (const item of items) found.set(`${kind}/${item.metadata.name}`, { ...item, kind });
  }
  return found;
}

/** What must hold even where a process was killed: nothing is untracked, and what lives in both commits has not been touched. */
export async function checkAlive(
  namespace: string,
  kube: KubeClient,
  alive: PlannedCommit,
  ids: ReadonlyMap<string, K8sObject>,
  tell: Tell,
): Promise<void> {
  const now = await idsOf(namespace, kube);
  const tracked = await inventoryOf(namespace, kube);
  for (const [id, object] of now) {
    const owner = object.metadata.labels?.[OWNER_LABEL] ?? '';
    if (!tracked.has(`${owner} ${id}`)) tell(`${id} of ${owner} is in no inventory`);
  }
  for (const planned of alive.objects.values()) {
    const id = idOf(planned);
    const had = ids.get(id);
    if (had !== undefined && now.get(id)?.metadata.uid !== had.metadata.uid) tell(`${id} should live on and was deleted`);
  }
}

/** What must hold after a run that nobody disturbed. */
export async function checkDone(namespace: string, kube: KubeClient, commit: PlannedCommit, tell: Tell): Promise<void> {
  const wanted = new Set([...commit.objects.values()].map(idOf));
  const found = new Set((await idsOf(namespace, kube)).keys());
  for (const id of found) if (!wanted.has(id)) tell(`${id} is an orphan`);
  for (const id of wanted) if (!found.has(id)) tell(`${id} is missing`);
  for (const name of Object.keys(KUSTOMIZATIONS)) {
    const object = await kube.get({ ...KUSTOMIZATION, namespace, name });
    const ready = readText(readCondition(object ?? {}, 'Ready'), 'reason');
    if (ready !== 'ReconciliationSucceeded') tell(`Kustomization ${name} is ${ready}`);
  }
}

/** What must hold of the Leases after a run that could give them back. */
export async function checkLeases(namespace: string, kube: KubeClient, tell: Tell): Promise<void> {
  for (const { metadata, ...lease } of (await kube.list(LEASE, { namespace })).items) {
    const holder = readText(lease, 'spec', 'holderIdentity');
    if (holder !== '') tell(`Lease ${metadata.name} is still held by ${holder}`);
  }
}

function idOf(planned: Planned): string {
  return `${kindOf(planned)}/${planned.name}`;
}

/** `owner Kind/name` of all entries. */
async function inventoryOf(namespace: string, kube: KubeClient): Promise<Set<string>> {
  const { items } = await kube.list(KUSTOMIZATION, { namespace });
  return new Set(
    items.flatMap((object) =>
      readList(object, 'status', 'inventory', 'entries').map((entry) => {
        const [, name, , kind] = readText(entry, 'id').split('_');
        return `${object.metadata.name} ${kind}/${name}`;
      }),
    ),
  );
}

/**
 * Reconciles the last commit once in a namespace where nothing has been, and compares.
 *
 * @param run drives a namespace without disturbance
 */
export async function compareWithFresh(
  namespace: string,
  ground: Ground,
  run: (fresh: string) => Promise<void>,
  tell: Tell,
): Promise<void> {
  const fresh = `fresh-${namespace}`;
  await prepare(fresh, ground, namespace);
  await run(fresh);
  const url = ground.git.urlOf(namespace);
  const disturbed = essence(await takePicture(ground.kube, namespace), namespace, url);
  const wanted = essence(await takePicture(ground.kube, fresh), fresh, url);
  for (const { object, path, driven, controlled } of comparePictures(disturbed, wanted)) {
    tell(`${object}${path} is ${JSON.stringify(driven)}, undisturbed ${JSON.stringify(controlled)}`);
  }
  await ground.kube.delete({ apiVersion: 'v1', kind: 'Namespace', name: fresh });
}

/**
 * Makes the Leases of a namespace look as if their holder had died some time ago.
 *
 * @returns how many were held
 */
export async function ageLeases(namespace: string, kube: KubeClient): Promise<number> {
  const { items } = await kube.list(LEASE, { namespace });
  const held = items.filter((lease) => readText(lease, 'spec', 'holderIdentity') !== '');
  const renewTime = new Date(Date.now() - 600_000).toISOString().replace('Z', '000Z');
  for (const { metadata } of held) {
    const patch = { spec: { renewTime } };
    await kube.patch({ ...LEASE, namespace, name: metadata.name }, patch, { type: 'merge', fieldManager: 'test' });
  }
  return held.length;
}

/** All of a picture but what counts runs and writes. */
function essence(picture: Picture, namespace: string, url: string): Picture {
  const kept: Record<string, JsonValue> = {};
  for (const [id, value] of Object.entries(picture)) {
    if (id === 'events' || id.startsWith('Namespace/') || !isJsonObject(value)) continue;
    const object = structuredClone(value) as JsonObject;
    const metadata = object['metadata'] as JsonObject;
    delete metadata['generation'];
    const isFlux = id.startsWith('Kustomization/') || id.startsWith('GitRepository/');
    if (isFlux) {
      const inventory = readPath(object, 'status', 'inventory') ?? null;
      const applied = readText(object, 'status', 'lastAppliedRevision');
      const conditions = readList(object, 'status', 'conditions').map(
        (condition) => `${readText(condition, 'type')} ${readText(condition, 'status')} ${readText(condition, 'message')}`,
      );
      const revision = readText(object, 'status', 'artifact', 'revision');
      kept[id] = { inventory, applied, conditions, revision, finalizers: metadata['finalizers'] ?? null };
    } else kept[id] = object;
  }
  // The repository has the name of the killed one in both.
  const text = JSON.stringify(kept).replaceAll(url, 'URL').replaceAll(namespace, 'NS');
  return JSON.parse(text) as Picture;
}

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { K8sObject } from '../../../src/lib/core/objects.ts';
import { readList, readPath, readText } from '../../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../../src/lib/engine/kube/index.ts';
import { drive } from '../../../src/lib/features/reconcile/index.ts';
import { applyDefinitions } from '../../support/apply-definitions.ts';
import { connectKube } from '../../support/connect-kube.ts';
import { drivePorts } from '../../support/drive-ports.ts';
import { startFluxControllers } from '../../support/flux-controllers.ts';
import { type GitServer, startGitServer } from '../../support/git-server.ts';
import { startSandbox, type TestSandbox } from '../../support/sandbox.ts';
import { createKustomization, createSource } from './flux-objects.ts';
import { configMap, type History } from './history.ts';
import { history as chain } from './histories/chain.ts';
import { history as change } from './histories/change.ts';
import { history as definitions } from './histories/definitions.ts';
import { history as fields } from './histories/fields.ts';
import { history as namespaces } from './histories/namespaces.ts';
import { history as substitution } from './histories/substitution.ts';
import { history as takenOver } from './histories/taken-over.ts';

/** Their first commits, reconciled each in its namespace. */
const CONTENTS: readonly History[] = [chain, change, definitions, fields, namespaces, substitution, takenOver];

/** Written by Kubernetes itself, by Flux for itself, or by nobody but us. */
const LEFT_OUT: readonly string[] = ['Event', 'Lease', 'Pod', 'ReplicaSet', 'GitRepository', 'Kustomization'];

/** What hands over between drive and controllers must not do to a cluster that is as it should be. */
const BUSY = /\b(created|configured|deleted)\b/;

/** What Kustomizations that cannot be reconciled say each time, whoever tries; nobody else may warn of anything. */
const MAY_WARN: readonly string[] = ['twin-namespaces/lost', 'twin-substitution/needs'];

describe('drive(), then the controllers, then drive() again', { timeout: 600_000 }, () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;

  before(async () => {
    sandbox = await startSandbox({ name: 'hand-over', alone: true });
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
    git = await startGitServer();
    for (const { name, kustomizations, steps, prepare } of CONTENTS) {
      const namespace = `twin-${name}`;
      const hand = { kube, namespace };
      await git.create(namespace);
      await git.commitFiles(namespace, steps[0]?.commit ?? {}, 'Begin');
      await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      await prepare?.(hand);
      await createSource(hand, git.urlOf(namespace));
      for (const [kustomization, spec] of Object.entries(kustomizations)) await createKustomization(hand, kustomization, spec);
    }
  });

  after(async () => {
    await git?.close();
    await kube?.close();
    await sandbox?.close();
  });

  it('write nothing, and no event says that they did', async () => {
    await drive({ from: 'cluster' }, drivePorts(kube));
    await settle();
    const first = await versions();
    assert.ok(Object.keys(first).length > 50, `${Object.keys(first).length} objects`);
    const told = await busyEvents();
    const statuses = await fluxObjects();

    await underControllers(async () => await untilRunOnceMore(statuses));
    assert.deepEqual(await versions(), first, 'the controllers wrote nothing');
    assert.deepEqual(await busyEvents(), told);
    assert.deepEqual(shapes(await fluxObjects()), shapes(statuses), 'spec, metadata, inventory and conditions are as they were');

    const report = await drive({ from: 'cluster' }, drivePorts(kube));
    for (const { namespace, name, counts, outcome } of report.kustomizations) {
      assert.deepEqual({ ...counts, unchanged: 0, skipped: 0 }, NOTHING, `${namespace}/${name}: ${outcome}`);
    }
    assert.deepEqual(await versions(), first, 'drive wrote nothing');
    assert.deepEqual(await busyEvents(), told);
    assert.deepEqual(shapes(await fluxObjects()), shapes(statuses));
  });

  it('and what the controllers applied since, drive leaves alone', async () => {
    const before = await fluxObjects();
    for (const { name, kustomizations } of CONTENTS) {
      // Without a target namespace an object needs one of its own.
      const isPlaced = kustomizations['app']?.['targetNamespace'] !== null;
      const file = isPlaced ? { 'app/later.yaml': configMap('later', { a: '1' }) } : { 'README.md': 'later' };
      await git.commitFiles(`twin-${name}`, file, 'Later');
    }
    await underControllers(async () => await untilRunOnceMore(before));
    await settle();
    const first = await versions();
    assert.ok(Object.keys(first).includes('ConfigMap/twin-change/later'));
    const told = await busyEvents();
    await drive({ from: 'cluster' }, drivePorts(kube));
    assert.deepEqual(await versions(), first);
    assert.deepEqual(await busyEvents(), told);
  });

  async function underControllers(work: () => Promise<void>): Promise<void> {
    const controllers = await startFluxControllers({
      kubeconfigPath: sandbox.kubeconfigPath,
      clusterAdmin: true,
      // Each link of the chain waits so long for the one before it, and all of them for the source's new tarball.
      flags: { 'kustomize-controller': ['--requeue-dependency=5s'] },
    });
    try {
      await work();
    } finally {
      await controllers.stop();
    }
  }

  /** Waits until each Kustomization that was ready has been reconciled once more, at the newest revision, and is ready again. */
  async function untilRunOnceMore(before: readonly K8sObject[]): Promise<void> {
    const ready = before.filter((object) => object.kind === 'Kustomization' && readyOf(object) === 'True');
    assert.ok(ready.length >= 10, `${ready.length} are ready`);
    await until(async () => {
      const now = new Map((await fluxObjects()).map((object) => [idOf(object), object]));
      const open = ready.filter((old) => {
        const object = now.get(idOf(old));
        return readyOf(object) !== 'True' || runsOf(object) <= runsOf(old);
      });
      return open.map((old) => `${idOf(old)}: ${JSON.stringify(now.get(idOf(old))?.['status'])}`);
    });
  }

  async function fluxObjects(): Promise<K8sObject[]> {
    const sources = await kube.list({ apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository' });
    const kustomizations = await kube.list({ apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' });
    const named = (kind: string) => (object: K8sObject) => ({ ...object, kind });
    return [...sources.items.map(named('GitRepository')), ...kustomizations.items.map(named('Kustomization'))];
  }

  /** Of everything in the cluster whose namespace or name is ours. */
  async function versions(): Promise<Record<string, string>> {
    kube.forgetDiscovery();
    const found: Record<string, string> = {};
    for (const { group, version, kind, verbs, namespaced } of await kube.resources()) {
      if (!verbs.includes('list') || LEFT_OUT.includes(kind)) continue;
      const { items } = await kube.list({ apiVersion: group === '' ? version : `${group}/${version}`, kind });
      for (const { metadata } of items) {
        const { namespace = '', name, resourceVersion = '' } = metadata;
        if ((namespaced ? namespace : name).includes('twin-')) found[`${kind}/${namespace}/${name}`] = resourceVersion;
      }
    }
    return found;
  }

  /** Waits until Kubernetes' own controllers have written all statuses that they write. */
  async function settle(): Promise<void> {
    let last = '';
    await until(async () => {
      const now = JSON.stringify(await versions());
      const isCalm = now === last;
      last = now;
      await sleep(1_000);
      return isCalm ? [] : ['statuses'];
    });
  }

  async function busyEvents(): Promise<string[]> {
    const { items } = await kube.list({ apiVersion: 'v1', kind: 'Event' });
    return items
      .filter((event) => ['Kustomization', 'GitRepository'].includes(readText(event, 'involvedObject', 'kind')))
      .map((event) => ({
        about: `${event.metadata.namespace}/${readText(event, 'involvedObject', 'name')}`,
        type: readText(event, 'type'),
        message: readText(event, 'message'),
      }))
      .filter(({ about, type, message }) => (type === 'Warning' ? !MAY_WARN.includes(about) : BUSY.test(message)))
      .map(({ about, type, message }) => `${about} ${type} ${message}`)
      .sort();
  }
});

const NOTHING = { created: 0, configured: 0, unchanged: 0, skipped: 0, pruned: 0 };

function idOf({ kind, metadata }: K8sObject): string {
  return `${kind}/${metadata.namespace}/${metadata.name}`;
}

function readyOf(object: K8sObject | undefined): string {
  const ready = readList(object, 'status', 'conditions').find((condition) => readText(condition, 'type') === 'Ready');
  return readText(ready, 'status');
}

function runsOf(object: K8sObject | undefined): number {
  const runs = readList(object, 'status', 'history').map((entry) => Number(readPath(entry, 'totalReconciliations') ?? 0));
  return runs.reduce((sum, count) => sum + count, 0);
}

/** What of Flux's objects must be the same: all but times, how often it ran, and where the tarball lies. */
function shapes(objects: readonly K8sObject[]): unknown {
  return objects.map(({ metadata, kind, spec, status }) => ({
    id: idOf({ apiVersion: '', kind, metadata }),
    spec,
    generation: metadata.generation,
    finalizers: metadata.finalizers,
    labels: metadata.labels,
    annotations: metadata.annotations,
    managers: (metadata.managedFields ?? [])
      .map(({ manager, operation, subresource }) => `${manager} ${operation} ${subresource}`)
      .sort(),
    inventory: readPath(status, 'inventory'),
    applied: readPath(status, 'lastAppliedRevision'),
    attempted: readPath(status, 'lastAttemptedRevision'),
    observed: readPath(status, 'observedGeneration'),
    revision: readPath(status, 'artifact', 'revision'),
    digests: readList(status, 'history').map(
      (entry) => `${readText(entry, 'digest')} ${readText(entry, 'lastReconciledStatus')}`,
    ),
    conditions: readList(status, 'conditions').map((condition) =>
      ['type', 'status', 'reason', 'message'].map((key) => readText(condition, key)).join(' '),
    ),
  }));
}

/** Waits until nothing is open any more. */
async function until(listOpen: () => Promise<readonly string[]>): Promise<void> {
  const end = Date.now() + 180_000;
  for (let open = await listOpen(); open.length > 0; open = await listOpen()) {
    if (Date.now() > end) throw new Error(`still open after three minutes:\n${open.join('\n')}`);
    await sleep(200);
  }
}

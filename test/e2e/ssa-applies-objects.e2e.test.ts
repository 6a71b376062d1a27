import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFluxError } from '../../src/lib/core/errors.ts';
import type { K8sObject, ObjectRef } from '../../src/lib/core/objects.ts';
import { readPath, readText } from '../../src/lib/core/read-object.ts';
import { parseYaml } from '../../src/lib/core/yaml/index.ts';
import { checkReport, waitFor } from '../../src/lib/engine/health/index.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import {
  type ApplyOptions,
  applyPlan,
  applyStaged,
  changesOf,
  deleteObjects,
  ownerLabelsOf,
  planApply,
  prepareObjects,
} from '../../src/lib/engine/ssa/index.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';

describe('ssa against a real API server', () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let namespace: string;
  let serial = 0;

  before(async () => {
    sandbox = await useSandbox();
    kube = await connectKube(sandbox.kubeconfigPath);
  });

  after(async () => {
    await kube?.close();
    await sandbox?.close();
  });

  beforeEach(async () => {
    namespace = `ssa-${process.pid}-${serial++}`;
    await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });

  const clock = {
    now: () => Date.now(),
    sleep: async (ms: number, signal?: AbortSignal) => {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    },
  };
  const world = {
    sleep: clock.sleep,
    waitReady: async (refs: readonly ObjectRef[], timeoutMs: number) => {
      checkReport(await waitFor(refs, kube, { timeoutMs, clock }));
    },
  };
  const owner = () => ownerLabelsOf({ name: 'web', namespace });
  const apply = async (objects: readonly K8sObject[], options: Partial<ApplyOptions> = {}) =>
    applyStaged(await prepareObjects(objects, { owner: owner() }), kube, world, options);
  const read = (yaml: string): K8sObject => parseYaml(yaml.replaceAll('NS', namespace)) as K8sObject;
  const actionsOf = (set: { entries: readonly { ref: ObjectRef; action: string }[] }): string[] =>
    set.entries.map(({ ref, action }) => `${ref.kind}/${ref.name} ${action}`);
  const config = (data: string): K8sObject =>
    read(`{apiVersion: v1, kind: ConfigMap, metadata: {name: conf, namespace: NS}, data: ${data}}`);
  const configRef = (): ObjectRef => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'conf' });

  it('applyStaged() installs a definition before its objects, which planApply() calls unknown until then', async () => {
    const group = `g${process.pid}.example.com`;
    const definition = read(
      `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: widgets.${group}}, spec: {group: ${group}, scope: Namespaced, names: {kind: Widget, plural: widgets}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]}}`,
    );
    const widget = read(`{apiVersion: ${group}/v1, kind: Widget, metadata: {name: w, namespace: NS}, spec: {size: 1}}`);
    const objects = [widget, definition];
    const plan = await planApply(objects, kube);
    assert.deepEqual(
      plan.changes.map(({ object, action }) => `${object.kind} ${action}`),
      ['CustomResourceDefinition created', 'Widget unknown'],
    );
    await assert.rejects(applyPlan({ changes: plan.changes.slice(1) }, kube, world), (error) =>
      isFluxError(error, 'ssa/unplanned'),
    );
    assert.deepEqual(actionsOf(await apply(objects)), [`CustomResourceDefinition/widgets.${group} created`, 'Widget/w created']);
    assert.deepEqual(actionsOf(await apply(objects)), [
      `CustomResourceDefinition/widgets.${group} unchanged`,
      'Widget/w unchanged',
    ]);
    await kube.delete({ apiVersion: definition.apiVersion, kind: definition.kind, name: definition.metadata.name });
    kube.forgetDiscovery();
    while ((await kube.resourceOf(widget)) !== undefined) {
      await sleep(100);
      kube.forgetDiscovery();
    }
    const gone = await deleteObjects([{ apiVersion: widget.apiVersion, kind: 'Widget', namespace, name: 'w' }], kube);
    assert.deepEqual(actionsOf(gone), ['Widget/w deleted']);
  });

  it('applyStaged() corrects drift and removes what Git removes', async () => {
    await apply([config('{a: "1", b: "1"}')]);
    await kube.patch(configRef(), { data: { a: 'drifted' } }, { type: 'merge', fieldManager: 'someone' });
    assert.deepEqual(actionsOf(await apply([config('{a: "1"}')])), ['ConfigMap/conf configured']);
    assert.deepEqual((await kube.get(configRef()))?.['data'], { a: '1' });
  });

  it('planApply() takes what another writes between its dry run and its read for no drift', async () => {
    await apply([config('{a: "1"}')]);
    let writes = 0;
    const disturbed: typeof kube = {
      ...kube,
      async apply(object, options) {
        const merged = await kube.apply(object, options);
        if (writes++ < 2)
          await kube.patch(configRef(), { metadata: { annotations: { writes: `${writes}` } } }, { type: 'merge' });
        return merged;
      },
    };
    const [wanted] = await prepareObjects([config('{a: "1"}')], { owner: owner() });
    assert.ok(wanted !== undefined);
    const plan = await planApply([wanted], disturbed);
    assert.deepEqual(
      plan.changes.map(({ action }) => action),
      ['unchanged'],
    );
    assert.equal(writes, 2);
  });

  it('applyStaged() and waitFor() treat many objects of a kind as they do few', async () => {
    const many = (value: string): K8sObject[] =>
      Array.from({ length: 20 }, (_, index) => {
        const object = config(`{a: "${value}"}`);
        return { ...object, metadata: { ...object.metadata, name: `conf-${index}` } };
      });
    const created = await apply(many('1'));
    assert.equal(created.entries.filter(({ action }) => action === 'created').length, 20);
    const [first, ...rest] = many('1');
    assert.ok(first !== undefined);
    const set = await apply([{ ...first, data: { a: '2' } }, ...rest]);
    assert.deepEqual(
      set.entries.filter(({ action }) => action !== 'unchanged').map(({ ref, action }) => `${ref.name} ${action}`),
      ['conf-0 configured'],
    );
    const refs = set.entries.map(({ ref }) => ref);
    const health = await waitFor([...refs, configRef()], kube, { timeoutMs: 300, clock });
    assert.equal(health.outcome, 'timeout');
    assert.equal(health.objects.filter(({ status }) => status === 'Current').length, 20);
    assert.equal((await waitFor(refs, kube, { timeoutMs: 5_000, clock })).outcome, 'ready');
  });

  it('applyStaged() takes fields over from kubectl, unless the object says merge', async () => {
    await kube.create(config('{a: "1", extra: "1"}'), { fieldManager: 'kubectl-client-side-apply' });
    assert.deepEqual(actionsOf(await apply([config('{a: "1"}')])), ['ConfigMap/conf configured']);
    const live = await kube.get(configRef());
    assert.deepEqual(live?.['data'], { a: '1' });
    assert.deepEqual(
      live?.metadata.managedFields?.map(({ manager }) => manager),
      ['kustomize-controller'],
    );
    await kube.patch(configRef(), { data: { extra: '2' } }, { type: 'merge', fieldManager: 'kubectl-edit' });
    const merging = config('{a: "1"}');
    merging.metadata.annotations = { 'kustomize.toolkit.fluxcd.io/ssa': 'Merge' };
    await apply([merging]);
    assert.deepEqual((await kube.get(configRef()))?.['data'], { a: '1', extra: '2' });
  });

  it('applyStaged() skips what asks for it', async () => {
    const disabled = config('{a: "1"}');
    disabled.metadata.labels = { 'kustomize.toolkit.fluxcd.io/reconcile': 'Disabled' };
    assert.deepEqual(actionsOf(await apply([disabled])), ['ConfigMap/conf skipped']);
    assert.equal(await kube.get(configRef()), undefined);
    const once = config('{a: "1"}');
    once.metadata.annotations = { 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' };
    assert.deepEqual(actionsOf(await apply([once])), ['ConfigMap/conf created']);
    assert.deepEqual(actionsOf(await apply([{ ...once, data: { a: '2' } }])), ['ConfigMap/conf skipped']);
  });

  it('applyStaged() makes an immutable object anew only with force', async () => {
    const frozen = (value: string): K8sObject => ({ ...config(`{a: "${value}"}`), immutable: true });
    await apply([frozen('1')]);
    const before = await kube.get(configRef());
    await assert.rejects(apply([frozen('2')]), (error) => {
      assert.ok(isFluxError(error, 'ssa/dry-run-failed'));
      assert.match(error.message, /^ConfigMap\/ssa-\S+\/conf dry-run failed \(Invalid\): .*immutable/);
      return true;
    });
    assert.deepEqual(actionsOf(await apply([frozen('2')], { force: true })), ['ConfigMap/conf created']);
    const live = await kube.get(configRef());
    assert.equal(readText(live, 'data', 'a'), '2');
    assert.notEqual(live?.metadata.uid, before?.metadata.uid);
  });

  it('applyStaged() changes nothing in a stage of which one object is refused, and tells what earlier stages did', async () => {
    const role = read(`{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: NS-role}, rules: []}`);
    const bad = read(`{apiVersion: v1, kind: Service, metadata: {name: bad, namespace: NS}, spec: {ports: [{port: 99999}]}}`);
    await assert.rejects(apply([bad, config('{a: "1"}'), role]), (error) => {
      assert.ok(isFluxError(error, 'ssa/dry-run-failed'));
      assert.deepEqual(actionsOf({ entries: changesOf(error) }), [`ClusterRole/${namespace}-role created`]);
      return true;
    });
    assert.equal(await kube.get(configRef()), undefined);
    await kube.delete({ apiVersion: role.apiVersion, kind: role.kind, name: role.metadata.name });
  });

  it('planApply() tells a missing namespace from one that was not set', async () => {
    const homeless = read(`{apiVersion: v1, kind: ConfigMap, metadata: {name: conf, namespace: NS-missing}}`);
    await assert.rejects(planApply([homeless], kube), (error) => isFluxError(error, 'ssa/not-found'));
    const placeless = read(`{apiVersion: v1, kind: ConfigMap, metadata: {name: conf}}`);
    await assert.rejects(planApply([placeless], kube), (error) => {
      assert.ok(isFluxError(error), String(error));
      assert.equal(error.code, 'ssa/no-namespace', error.message);
      return true;
    });
  });

  it('applyPlan() says ssa/apply-failed and ssa/query-failed where rights are missing', async () => {
    const nobody = kube.impersonate(`system:serviceaccount:${namespace}:nobody`);
    const objects = await prepareObjects([config('{a: "1"}')], { owner: owner() });
    await assert.rejects(planApply(objects, nobody), (error) => isFluxError(error, 'ssa/query-failed'));
    const plan = await planApply(objects, kube);
    await assert.rejects(applyPlan(plan, nobody, world), (error) => isFluxError(error, 'ssa/apply-failed'));
  });

  it('applyStaged() gives up on a stage that does not get ready as ssa/stage-not-ready', async () => {
    const held = read(`{apiVersion: v1, kind: Namespace, metadata: {name: NS-held, finalizers: [example.com/hold]}}`);
    await apply([held]);
    const ref = { apiVersion: 'v1', kind: 'Namespace', name: `${namespace}-held` };
    await kube.delete(ref);
    try {
      await assert.rejects(apply([held], { stageTimeoutMs: 300 }), (error) => {
        assert.ok(isFluxError(error, 'ssa/stage-not-ready'), String(error));
        assert.match(error.message, /^timeout waiting for: \[Namespace\/\S+ status: 'Terminating'\]$/);
        return true;
      });
    } finally {
      await kube.patch(ref, { metadata: { finalizers: null } }, { type: 'merge' });
    }
  });

  it('deleteObjects() deletes in reverse, skips what is not ours, and goes on after a failure', async () => {
    await apply([config('{a: "1"}'), read(`{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: NS}}`)]);
    const secretRef = { ...configRef(), kind: 'Secret', name: 's' };
    const foreign = await deleteObjects([configRef()], kube, { owner: ownerLabelsOf({ name: 'other', namespace }) });
    assert.deepEqual(actionsOf(foreign), ['ConfigMap/conf skipped']);
    const nobody = kube.impersonate(`system:serviceaccount:${namespace}:nobody`);
    await assert.rejects(deleteObjects([configRef(), secretRef], nobody), (error) => {
      assert.ok(isFluxError(error, 'ssa/delete-failed'));
      assert.deepEqual(actionsOf({ entries: changesOf(error) }), ['Secret/s unknown', 'ConfigMap/conf unknown']);
      return true;
    });
    const set = await deleteObjects([configRef(), secretRef, { ...configRef(), name: 'never' }], kube, { owner: owner() });
    assert.deepEqual(actionsOf(set), ['Secret/s deleted', 'ConfigMap/never deleted', 'ConfigMap/conf deleted']);
    assert.equal(await kube.get(configRef()), undefined);
  });

  it('deleteObjects() follows a kind to the version that is served', async () => {
    await apply([
      read(
        `{apiVersion: batch/v1, kind: CronJob, metadata: {name: c, namespace: NS}, spec: {schedule: "0 0 * * *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}}}`,
      ),
    ]);
    const old = { apiVersion: 'batch/v1beta1', kind: 'CronJob', namespace, name: 'c' };
    assert.deepEqual(actionsOf(await deleteObjects([old], kube, { owner: owner() })), ['CronJob/c deleted']);
    assert.equal(await kube.get({ ...old, apiVersion: 'batch/v1' }), undefined);
  });

  it('waitFor() fails early for what has failed, and waits for what is not ready by watching', async () => {
    const jobRef: ObjectRef = { apiVersion: 'batch/v1', kind: 'Job', namespace, name: 'j' };
    await kube.create(
      read(
        `{apiVersion: batch/v1, kind: Job, metadata: {name: j, namespace: NS}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}`,
      ),
    );
    const wait = waitFor([jobRef, configRef()], kube, { timeoutMs: 20_000, clock });
    await kube.patch(
      jobRef,
      {
        status: {
          startTime: '2026-01-01T00:00:00Z',
          failed: 1,
          conditions: [
            { type: 'FailureTarget', status: 'True', reason: 'x', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
            {
              type: 'Failed',
              status: 'True',
              reason: 'BackoffLimitExceeded',
              message: '',
              lastTransitionTime: '2026-01-01T00:00:00Z',
            },
          ],
        },
      },
      { type: 'merge', subresource: 'status' },
    );
    const failed = await wait;
    assert.equal(failed.outcome, 'failed');
    assert.equal(failed.objects[0]?.reason, 'JobFailed');
    const missing = await waitFor([configRef()], kube, { timeoutMs: 200, clock });
    assert.deepEqual([missing.outcome, missing.objects[0]?.status], ['timeout', 'NotFound']);
    const coming = waitFor([configRef()], kube, { timeoutMs: 20_000, clock });
    await sleep(300);
    await kube.create(config('{a: "1"}'));
    const arrived = await coming;
    assert.equal(arrived.outcome, 'ready');
    assert.ok(arrived.elapsedMs < 2_000, `${arrived.elapsedMs} ms`);
    assert.equal(readPath(await kube.get(configRef()), 'data', 'a'), '1');
  });
});

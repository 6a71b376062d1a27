import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import { refOf } from '../../../../../src/lib/core/objects.ts';
import { judgeReady, type Verdict, waitForObject } from '../../../../../src/lib/features/objects/index.ts';
import { fluxObject, KUSTOMIZATION, readyStatus } from './flux-objects.ts';
import { memoryStore } from './memory-store.ts';

const web = (status?: JsonObject) => fluxObject(KUSTOMIZATION, 'web', status === undefined ? {} : { status });
const REF = refOf(web());
const judge = (object: ReturnType<typeof web>): Verdict => judgeReady(object, 'Kustomization');

describe('waitForObject()', () => {
  test('ends with the state that was waited for', async () => {
    const store = memoryStore([web()]);
    const waiting = waitForObject(REF, judge, store.kube, new AbortController().signal);
    store.put(web(readyStatus('Unknown')));
    store.put(web(readyStatus('True')));
    assert.deepEqual((await waiting)['status'], readyStatus('True'));
  });

  test('ends at a failure: objects/failed', async () => {
    const store = memoryStore([web(readyStatus('False', 'no such file'))]);
    await assert.rejects(waitForObject(REF, judge, store.kube, new AbortController().signal), {
      code: 'objects/failed',
      message: "Kustomization reconciliation failed: 'no such file'",
    });
  });

  test('says how a controller is let to act as an account: objects/failed', async () => {
    const user = 'User "system:serviceaccount:flux-system:helm-controller"';
    // The second: Kubernetes 1.36 has a verb for each verb that is used in the name of another.
    const messages = [
      `serviceaccounts "team" is forbidden: ${user} cannot impersonate resource "serviceaccounts" in API group ""`,
      `secrets is forbidden: ${user} cannot impersonate-on:serviceaccount:list resource "secrets" in API group ""`,
      'ConfigMap/apps/conf dry-run failed (Forbidden): failed to get server groups: unknown\n',
    ];
    for (const message of messages) {
      const object = { ...web(readyStatus('False', message)), spec: { serviceAccountName: 'team' } };
      const waiting = waitForObject(REF, judge, memoryStore([object]).kube, new AbortController().signal);
      await assert.rejects(waiting, {
        hint: 'let it act as that account:  flux-ts rbac role controllers -n apps --account=team',
      });
    }
  });

  test('ends at a failure of what it waits for: objects/failed', async () => {
    const message = "Kustomization 'apps/base' is not ready: does not have an artifact";
    const conditions = [{ type: 'Ready', status: 'False', reason: 'SourceNotReady', message, observedGeneration: 1 }];
    const base = fluxObject(KUSTOMIZATION, 'base', { status: readyStatus('Unknown') });
    const store = memoryStore([web({ observedGeneration: 1, conditions }), base]);
    const waiting = waitForObject(REF, judge, store.kube, new AbortController().signal);
    store.put(fluxObject(KUSTOMIZATION, 'base', { status: readyStatus('False', 'no such branch') }));
    const told = "Kustomization waits for Kustomization/apps/base: Kustomization reconciliation failed: 'no such branch'";
    await assert.rejects(waiting, { code: 'objects/failed', message: told });
  });

  test('ends when the object is deleted: objects/deleted', async () => {
    const store = memoryStore([web()]);
    const waiting = waitForObject(REF, judge, store.kube, new AbortController().signal);
    store.remove('Kustomization/apps/web');
    await assert.rejects(waiting, { code: 'objects/deleted' });
  });

  const states: readonly (readonly [string, JsonObject | undefined, RegExp])[] = [
    ['nobody wrote a status', undefined, /no controller has written a status yet$/],
    ['it is at work', readyStatus('Unknown', 'building'), /Ready is Unknown, building$/],
  ];
  for (const [what, status, message] of states) {
    test(`says how it stood at the time limit when ${what}: objects/timeout`, async () => {
      const waiting = waitForObject(REF, judge, memoryStore([web(status)]).kube, AbortSignal.timeout(1));
      await assert.rejects(waiting, { code: 'objects/timeout', message });
    });
  }

  test('says that the object is not there: objects/timeout', async () => {
    await assert.rejects(waitForObject(REF, judge, memoryStore().kube, AbortSignal.timeout(1)), { message: /it is not there$/ });
  });

  test('gives an interruption back as it came', async () => {
    const stop = new AbortController();
    const waiting = waitForObject(REF, judge, memoryStore([web()]).kube, stop.signal);
    stop.abort(new Error('SIGINT'));
    await assert.rejects(waiting, { message: 'SIGINT' });
  });
});

describe('judgeReady()', () => {
  const stalled = { ...readyStatus('False'), conditions: [{ type: 'Stalled', status: 'True', message: 'no way' }] };
  const cases: readonly (readonly [string, JsonObject | undefined, Verdict])[] = [
    ['waits where there is no status', undefined, { done: false }],
    ['waits for the Ready condition', { observedGeneration: 1 }, { done: false }],
    ['waits for this generation', readyStatus('True', 'old', 0), { done: false }],
    ['waits while it is unknown', readyStatus('Unknown'), { done: false }],
    ['is done when ready', readyStatus('True'), { done: true }],
    ['fails when not', readyStatus('False', 'bad'), { done: 'failed', message: "Kustomization reconciliation failed: 'bad'" }],
    ['fails when stalled', stalled, { done: 'failed', message: 'Kustomization is stalled: no way' }],
  ];
  for (const [what, status, verdict] of cases) test(what, () => assert.deepEqual(judge(web(status)), verdict));

  test('waits for the rest of the status, which controllers write after the conditions', () => {
    assert.deepEqual(judge(web({ ...readyStatus('True'), observedGeneration: 0 })), { done: false });
  });

  const waits: readonly (readonly [string, string, string])[] = [
    ['a dependency', 'DependencyNotReady', "dependency 'apps/db' is not ready"],
    ['its source', 'ArtifactFailed', 'Source artifact not found, retrying in 30s'],
    ['an artifact', 'ArtifactFailed', 'Source not ready: artifact not found. Retrying in 30s'],
    ['a source of no kind of ours', 'SourceNotReady', "Crate 'apps/web' is not ready: does not have an artifact"],
  ];
  for (const [what, reason, message] of waits) {
    test(`has patience with a controller that waits for ${what}`, () => {
      const status = {
        observedGeneration: 1,
        conditions: [{ type: 'Ready', status: 'False', reason, message, observedGeneration: 1 }],
      };
      assert.deepEqual(judge(web(status)), { done: false });
    });
  }

  const NOT_YET = "HelmChart 'apps/apps-web' is not ready: latest generation of object has not been reconciled";
  const chart = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'HelmChart', namespace: 'apps', name: 'apps-web' };
  const notReady = (message: string): JsonObject => ({
    observedGeneration: 1,
    conditions: [{ type: 'Ready', status: 'False', reason: 'SourceNotReady', message, observedGeneration: 1 }],
  });

  test('names the chart that a release waits for', () => {
    assert.deepEqual(judge(web(notReady(NOT_YET))), { done: false, awaited: chart });
  });

  test('fails with the reason of a chart that failed', () => {
    const message = "HelmChart 'apps/apps-web' is not ready: invalid chart reference: stat nowhere: no such file or directory";
    assert.equal(judge(web(notReady(message))).done, 'failed');
  });

  test('has none with a path that does not exist, which has the same reason as a source that is not there yet', () => {
    const message = 'kustomization path not found: stat /tmp/x: no such file or directory';
    const status = { conditions: [{ type: 'Ready', status: 'False', reason: 'ArtifactFailed', message, observedGeneration: 1 }] };
    assert.equal(judge(web(status)).done, 'failed');
  });
});

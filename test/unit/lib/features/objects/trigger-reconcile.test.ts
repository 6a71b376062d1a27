import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import { KINDS, kindNamed } from '../../../../../src/lib/core/kinds.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { controllerOf, seesController, successText, triggerReconcile } from '../../../../../src/lib/features/objects/index.ts';
import { fluxObject, KUSTOMIZATION, readyStatus } from './flux-objects.ts';
import { keptStory, memoryStore } from './memory-store.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const REF = { namespace: 'apps', name: 'web' };

function lease(renewTime: string, holderIdentity = 'pod'): K8sObject {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'kustomize-controller-leader-election', namespace: 'flux-system' },
    spec: { holderIdentity, leaseDurationSeconds: 35, renewTime },
  };
}

function options(signal = new AbortController().signal) {
  return { progress: keptStory(), signal, now: () => NOW, fluxNamespace: 'flux-system' };
}

describe('triggerReconcile()', () => {
  test('annotates, and waits until the request is handled', async () => {
    const store = memoryStore([fluxObject(KUSTOMIZATION, 'web', { status: readyStatus('True') }), lease(NOW.toISOString())]);
    store.onWrite = (object) => {
      const requested = object.metadata.annotations?.['reconcile.fluxcd.io/requestedAt'] ?? '';
      store.put({
        ...object,
        status: { ...readyStatus('True'), lastAppliedRevision: 'main@sha1:new', lastHandledReconcileAt: requested },
      });
    };
    const wants = options();
    const result = await triggerReconcile(KUSTOMIZATION, REF, store.kube, wants);
    assert.deepEqual(result, {
      kind: 'Kustomization',
      ...REF,
      requestedAt: '2026-03-01T12:00:00.000Z',
      revision: 'main@sha1:new',
      message: 'applied revision main@sha1:new',
    });
    assert.deepEqual(store.managers, ['flux']);
    assert.deepEqual(wants.progress.told, [
      '► annotating Kustomization web in apps namespace',
      '✔ Kustomization annotated',
      '◎ waiting for Kustomization reconciliation',
      '✔ applied revision main@sha1:new',
    ]);
  });

  test('tells why the controller tries again, once for each reason, and goes on waiting', async () => {
    const store = memoryStore([fluxObject(KUSTOMIZATION, 'web', { status: readyStatus('True') }), lease(NOW.toISOString())]);
    store.onWrite = (object) => {
      const handled = { lastHandledReconcileAt: object.metadata.annotations?.['reconcile.fluxcd.io/requestedAt'] ?? '' };
      const waiting = (reason: string, message: string) => ({
        ...object,
        status: { ...handled, conditions: [{ type: 'Ready', status: 'False', reason, message, observedGeneration: 1 }] },
      });
      const states = [
        waiting('DependencyNotReady', "dependency 'apps/base' is not ready"),
        waiting('DependencyNotReady', "dependency 'apps/base' is not ready"),
        waiting('ArtifactFailed', 'Source artifact not found, retrying in 30s'),
        { ...object, status: { ...readyStatus('True'), ...handled } },
      ];
      // The watch begins after the write.
      const next = (): void => {
        const state = states.shift();
        if (state === undefined) return;
        store.put(state);
        setImmediate(next);
      };
      setImmediate(next);
    };
    const wants = options();
    await triggerReconcile(KUSTOMIZATION, REF, store.kube, wants);
    assert.deepEqual(
      wants.progress.told.filter((line) => line.startsWith('◎')),
      [
        '◎ waiting for Kustomization reconciliation',
        "◎ dependency 'apps/base' is not ready, the controller tries again",
        '◎ Source artifact not found, retrying in 30s',
      ],
    );
  });

  test('ends at once where the object is stalled: objects/failed', async () => {
    const store = memoryStore([fluxObject(KUSTOMIZATION, 'web', { status: readyStatus('True') }), lease(NOW.toISOString())]);
    store.onWrite = (object) => {
      const handled = { lastHandledReconcileAt: object.metadata.annotations?.['reconcile.fluxcd.io/requestedAt'] ?? '' };
      const conditions = [
        { type: 'Stalled', status: 'True', reason: 'InvalidCELExpression', message: 'bad expression' },
        { type: 'Ready', status: 'False', reason: 'InvalidCELExpression', message: 'bad expression', observedGeneration: 1 },
      ];
      store.put({ ...object, status: { ...handled, observedGeneration: 1, conditions } });
    };
    await assert.rejects(triggerReconcile(KUSTOMIZATION, REF, store.kube, options()), (error) => {
      assert.ok(error instanceof FluxError && error.code === 'objects/failed');
      assert.equal(error.message, 'Kustomization is stalled: bad expression');
      return true;
    });
  });

  test('does not take what an earlier run left for an answer, and warns where no controller runs: objects/timeout', async () => {
    const store = memoryStore([fluxObject(KUSTOMIZATION, 'web', { status: readyStatus('True') })]);
    const wants = options(AbortSignal.timeout(1));
    await assert.rejects(triggerReconcile(KUSTOMIZATION, REF, store.kube, wants), { code: 'objects/timeout' });
    assert.match(wants.progress.told[0] ?? '', /⚠️ no kustomize-controller seems to run in flux-system: waiting for it; --drive/);
  });

  test('refuses what is suspended, and says how to resume it: objects/suspended', async () => {
    const store = memoryStore([fluxObject(KUSTOMIZATION, 'web', { spec: { suspend: true } })]);
    await assert.rejects(triggerReconcile(KUSTOMIZATION, REF, store.kube, options()), {
      code: 'objects/suspended',
      hint: 'resume it:  flux-ts resume kustomization web -n apps',
    });
    assert.deepEqual(store.writes, []);
  });

  test('names what is not there: objects/not-found', async () => {
    await assert.rejects(triggerReconcile(KUSTOMIZATION, REF, memoryStore().kube, options()), {
      code: 'objects/not-found',
      message: 'Kustomization web not found in apps namespace',
    });
  });

  test('leaves an OCI Helm repository alone', async () => {
    const kind = kindNamed('HelmRepository');
    const store = memoryStore([fluxObject(kind, 'web', { spec: { type: 'oci' } })]);
    const { message } = await triggerReconcile(kind, REF, store.kube, options());
    assert.equal(message, 'reconciliation not supported by the object');
    assert.deepEqual(store.writes, []);
  });
});

describe('seesController()', () => {
  const deployment = (availableReplicas: number): K8sObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'kustomize-controller', namespace: 'flux-system' },
    status: { availableReplicas },
  });
  const cases: readonly (readonly [string, K8sObject[], boolean])[] = [
    ['a Lease that is held', [lease('2026-03-01T11:59:50Z')], true],
    ['a Lease that has run out', [lease('2026-03-01T11:59:00Z')], false],
    ['a Lease that nobody holds', [lease('2026-03-01T11:59:50Z', '')], false],
    ['a pod that is available', [deployment(1)], true],
    ['a Deployment without pods', [deployment(0)], false],
    ['nothing', [], false],
  ];
  for (const [what, objects, expected] of cases) {
    test(`${what}: ${expected}`, async () => {
      assert.equal(await seesController(KUSTOMIZATION, 'flux-system', memoryStore(objects).kube, NOW), expected);
    });
  }

  test('believes in it where it may not look', async () => {
    const denied = { 'get Lease/flux-system/kustomize-controller-leader-election': new FluxError('kube/forbidden', 'no') };
    assert.ok(await seesController(KUSTOMIZATION, 'flux-system', memoryStore([], denied).kube, NOW));
  });

  test('passes other failures on', async () => {
    const broken = { 'get Lease/flux-system/kustomize-controller-leader-election': new FluxError('kube/unreachable', 'no') };
    await assert.rejects(seesController(KUSTOMIZATION, 'flux-system', memoryStore([], broken).kube, NOW), {
      code: 'kube/unreachable',
    });
  });
});

test('controllerOf() names a controller for every kind', () => {
  for (const kind of KINDS) assert.match(controllerOf(kind), /^[a-z-]+-(controller|watcher)$/);
  assert.equal(controllerOf(kindNamed('ImageUpdateAutomation')), 'image-automation-controller');
  assert.equal(controllerOf(kindNamed('ImagePolicy')), 'image-reflector-controller');
});

describe('successText()', () => {
  const UP_TO_DATE = { conditions: [{ type: 'Ready', status: 'True', message: 'repository up-to-date' }] };
  const cases: readonly (readonly [string, object, string])[] = [
    ['GitRepository', { artifact: { revision: 'main@sha1:1' } }, 'fetched revision main@sha1:1'],
    ['HelmRelease', { history: [{ chartVersion: '1.0.0' }] }, 'applied revision 1.0.0'],
    ['ImageRepository', { lastScanResult: { tagCount: 7 } }, 'scan fetched 7 tags'],
    ['ImagePolicy', { latestRef: { name: 'img', tag: '1' } }, 'selected ref img:1'],
    ['ImageUpdateAutomation', UP_TO_DATE, 'repository up-to-date'],
    ['ImageUpdateAutomation', { ...UP_TO_DATE, lastPushCommit: 'abc' }, 'repository up-to-date, last pushed commit abc'],
    ['Receiver', { webhookPath: '/hook/x' }, 'generated URL /hook/x'],
  ];
  for (const [name, status, text] of cases)
    test(`${name}: ${text}`, () => {
      const kind = kindNamed(name);
      assert.equal(successText(kind, fluxObject(kind, 'x', { status: status as never })), text);
    });
});

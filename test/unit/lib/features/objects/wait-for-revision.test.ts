import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import { kindNamed } from '../../../../../src/lib/core/kinds.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { type RevisionWait, waitForRevision } from '../../../../../src/lib/features/objects/index.ts';
import { fluxObject, KUSTOMIZATION } from './flux-objects.ts';
import { keptStory, type MemoryStore, memoryStore } from './memory-store.ts';

const NEW = '51d0c2e4a1b2c3d4e5f60718293a4b5c6d7e8f90';
const OLD = '0000000000000000000000000000000000000001';

/** A Kustomization of the source `team` at a commit, with what it has applied and depends on. */
function at(
  name: string,
  commit: string,
  more: { applied?: readonly string[]; dependsOn?: string; source?: string; status?: JsonObject; spec?: JsonObject } = {},
): K8sObject {
  const entries = (more.applied ?? []).map((id) => ({ id, v: 'v1' }));
  const condition = { type: 'Ready', status: 'True', message: 'fine', observedGeneration: 1 };
  return fluxObject(KUSTOMIZATION, name, {
    spec: {
      sourceRef: { kind: 'GitRepository', name: more.source ?? 'team' },
      ...(more.dependsOn === undefined ? {} : { dependsOn: [{ name: more.dependsOn }] }),
      ...more.spec,
    },
    status: {
      observedGeneration: 1,
      lastAppliedRevision: `main@sha1:${commit}`,
      conditions: [condition],
      inventory: { entries },
      ...more.status,
    },
  });
}
const child = (name: string): string => `apps_${name}_kustomize.toolkit.fluxcd.io_Kustomization`;
const RELEASE = 'apps_chart_helm.toolkit.fluxcd.io_HelmRelease';

async function wait(
  store: MemoryStore,
  recursive = true,
  signal: AbortSignal = new AbortController().signal,
): Promise<RevisionWait & { told: string[] }> {
  const progress = keptStory();
  const options = { namespace: 'apps', name: 'root', revision: NEW, recursive, progress, signal };
  return { ...(await waitForRevision(options, store.kube)), told: progress.told };
}
const show = ({ objects }: RevisionWait): string[] => objects.map(({ name, state }) => `${name} ${state}`);
/** Lets the watches say what they have. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('waitForRevision()', () => {
  test('is done at once where all have seen it', async () => {
    const store = memoryStore([at('root', NEW, { applied: [child('a')] }), at('a', NEW)]);
    const result = await wait(store);
    assert.equal(result.isDone, true);
    assert.deepEqual(show(result), ['root seen', 'a seen']);
  });

  test('looks at the one alone without --recursive', async () => {
    const result = await wait(memoryStore([at('root', NEW, { applied: [child('a')] }), at('a', OLD)]), false);
    assert.deepEqual(show(result), ['root seen']);
  });

  test('follows the list that the commit made, and not the old one', async () => {
    const store = memoryStore([at('root', OLD, { applied: [child('old')] }), at('old', OLD)]);
    const running = wait(store);
    await settled();
    store.put(at('root', NEW, { applied: [child('fresh')] }));
    await settled();
    store.put(at('fresh', OLD, { status: { conditions: [] } }));
    await settled();
    store.put(at('fresh', NEW));
    const result = await running;
    assert.equal(result.isDone, true);
    assert.deepEqual(show(result), ['root seen', 'fresh seen']);
    assert.ok(result.told.includes('◎ Kustomization/apps/fresh: it is not there yet'), result.told.join('\n'));
  });

  test('takes those that depend on a member, other sources, and releases along', async () => {
    const chart = fluxObject(kindNamed('HelmRelease'), 'chart', {
      status: { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'True', message: 'fine', observedGeneration: 1 }] },
    });
    const result = await wait(
      memoryStore([
        at('root', NEW, { applied: [RELEASE] }),
        at('after', NEW, { dependsOn: 'root' }),
        at('later', NEW, { dependsOn: 'after' }),
        at('foreign', OLD, { dependsOn: 'after', source: 'other' }),
        at('stranger', OLD),
        chart,
      ]),
    );
    assert.deepEqual(show(result).sort(), ['after seen', 'chart ready', 'foreign ready', 'later seen', 'root seen']);
  });

  test('does not look here for what is applied to another cluster', async () => {
    const root = at('root', NEW, { applied: [child('a')], spec: { kubeConfig: { secretRef: { name: 'x' } } } });
    assert.deepEqual(show(await wait(memoryStore([root, at('a', OLD)]))), ['root seen']);
  });

  test('ends at once on a failure of that commit: objects/failed', async () => {
    const broken = at('a', OLD, {
      status: {
        lastAttemptedRevision: `main@sha1:${NEW}`,
        conditions: [{ type: 'Ready', status: 'False', reason: 'BuildFailed', message: 'bad file', observedGeneration: 1 }],
      },
    });
    const result = await wait(memoryStore([at('root', NEW, { applied: [child('a')] }), broken]));
    assert.equal(result.isDone, false);
    assert.equal(result.error?.code, 'objects/failed');
    assert.match(String(result.error?.message), /Kustomization\/apps\/a: Kustomization reconciliation failed: 'bad file'$/);
    assert.deepEqual(show(result), ['root seen', 'a failed']);
  });

  test('ends at once on a suspended member: objects/suspended', async () => {
    const store = memoryStore([at('root', NEW, { applied: [child('a')] }), at('a', OLD, { spec: { suspend: true } })]);
    assert.equal((await wait(store)).error?.code, 'objects/suspended');
  });

  test('says how far each is when the time is over: objects/timeout', async () => {
    const store = memoryStore([at('root', NEW, { applied: [child('a'), child('b')] }), at('a', OLD), at('b', NEW)]);
    const result = await wait(store, true, AbortSignal.timeout(50));
    assert.equal(result.error?.code, 'objects/timeout');
    assert.equal(result.error?.message, `timed out waiting for revision ${NEW}: Kustomization/apps/a: it is at main@sha1:${OLD}`);
    assert.deepEqual(show(result), ['root seen', 'a waiting', 'b seen']);
  });

  test('gives an interruption back as it came', async () => {
    const stop = new AbortController();
    const running = wait(memoryStore([at('root', OLD)]), true, stop.signal);
    await settled();
    stop.abort(new Error('Ctrl-C'));
    await assert.rejects(running, /Ctrl-C/);
  });

  test('looks where members are, if it may not look everywhere', async () => {
    const store = memoryStore([at('root', NEW, { applied: [child('a')] }), at('a', NEW)]);
    const list = store.kube.list;
    store.kube.list = (kind, options) =>
      options?.namespace === undefined ? Promise.reject(new FluxError('kube/forbidden', 'no')) : list(kind, options);
    assert.deepEqual(show(await wait(store)), ['root seen', 'a seen']);
  });

  test('refuses a name that is not there, and one that goes: objects/not-found, objects/deleted', async () => {
    await assert.rejects(wait(memoryStore([])), { code: 'objects/not-found' });
    const store = memoryStore([at('root', OLD)]);
    const running = wait(store);
    await settled();
    store.remove('Kustomization/apps/root');
    await assert.rejects(running, { code: 'objects/deleted' });
  });
});

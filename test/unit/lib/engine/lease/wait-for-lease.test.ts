import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FluxError, isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import {
  formatLeaseRecord,
  type LeaseWaiter,
  parseLeaseRecord,
  waitForLease,
} from '../../../../../src/lib/engine/lease/index.ts';
import { createFakeClock, settle } from '../../features/reconcile/fake-clock.ts';

/** One Lease that somebody holds, and who watches it. */
function held(holder: string, canWatch = true) {
  const clock = createFakeClock();
  const record = { holder, durationMs: 35_000, acquiredAt: 0, renewedAt: 0, transitions: 0 };
  let version = 1;
  let lease: K8sObject = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'x', namespace: 'a', resourceVersion: '1' },
    spec: formatLeaseRecord(record),
  };
  let news = Promise.withResolvers<void>();
  const write = (object: K8sObject): Promise<K8sObject> => {
    lease = { ...object, metadata: { ...object.metadata, resourceVersion: String(++version) } };
    news.resolve();
    news = Promise.withResolvers();
    return Promise.resolve(lease);
  };
  const client: LeaseWaiter = {
    get: () => Promise.resolve(lease),
    create: write,
    replace: write,
    async *watch(_kind, { signal }) {
      if (!canWatch) throw new FluxError('kube/forbidden', 'no');
      const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      while (!signal.aborted) {
        yield { type: 'MODIFIED', object: lease };
        await Promise.race([news.promise, aborted]);
      }
    },
  };
  const options = { namespace: 'a', name: 'x', identity: 'me', clock };
  const put = (who: string) => write({ ...lease, spec: formatLeaseRecord({ ...record, holder: who, renewedAt: clock.now() }) });
  return { clock, client, options, put, holder: () => parseLeaseRecord(lease).holder };
}

it('waitForLease() refuses at once where it is not to wait: lease/held', async () => {
  const { client, options } = held('other');
  await assert.rejects(waitForLease(client, { ...options, waitMs: 0 }), (error) => isFluxError(error, 'lease/held'));
});

it('waitForLease() takes the Lease the moment that its holder lets go', async () => {
  const { client, options, put, holder } = held('other');
  const told: string[] = [];
  const taken = waitForLease(client, { ...options, waitMs: 60_000, onWait: ({ message }) => void told.push(message) });
  await settle();
  await put('');
  const lease = await taken;
  assert.equal(holder(), 'me');
  assert.deepEqual(told, ['Lease a/x is held by other']);
  await lease?.release();
  assert.equal(holder(), '');
});

it('waitForLease() keeps waiting while the holder renews, and gives up when its time is over', async () => {
  const { client, options, clock, put } = held('other');
  const taken = waitForLease(client, { ...options, waitMs: 60_000 });
  const refused = assert.rejects(taken, (error) => isFluxError(error, 'lease/held'));
  for (let turn = 0; turn < 15; turn++) {
    await clock.advance(5_000);
    await put('other');
    await settle();
  }
  await refused;
});

it('waitForLease() takes the Lease of a holder that died, as soon as it has run out', async () => {
  const { client, options, clock, holder } = held('other');
  const taken = waitForLease(client, { ...options, waitMs: 120_000 });
  for (let turn = 0; turn < 45 && holder() !== 'me'; turn++) await clock.advance(1_000);
  const lease = await taken;
  assert.equal(holder(), 'me');
  assert.equal(lease?.validUntil(), clock.now() + 35_000);
  await lease?.release();
});

it('waitForLease() looks now and then where it may not watch', async () => {
  const { client, options, clock, put, holder } = held('other', false);
  const taken = waitForLease(client, { ...options, waitMs: 60_000 });
  await settle();
  await put('');
  await settle();
  assert.equal(holder(), '');
  await clock.advance(5_000);
  const lease = await taken;
  assert.equal(holder(), 'me');
  await lease?.release();
});

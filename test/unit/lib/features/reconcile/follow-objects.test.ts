import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FluxError, isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { SILENT } from '../../../../../src/lib/core/progress.ts';
import type { KubeClient, WatchEvent } from '../../../../../src/lib/engine/kube/index.ts';
import { followObjects } from '../../../../../src/lib/features/reconcile/follow-objects.ts';
import type { ReconcilePorts } from '../../../../../src/lib/features/reconcile/ports.ts';
import { createFakeClock, settle } from './fake-clock.ts';

const object: K8sObject = { apiVersion: 'v1', kind: 'X', metadata: { name: 'x', namespace: 'a' } };
const added: WatchEvent = { type: 'ADDED', object };

/** A watch for each script: its events, then its end. */
function portsOf(scripts: readonly (readonly (WatchEvent | FluxError)[])[], clock = createFakeClock()) {
  let opened = 0;
  const warnings: string[] = [];
  async function* watch(): AsyncGenerator<WatchEvent> {
    for (const step of scripts[opened++] ?? []) {
      if (step instanceof FluxError) throw step;
      yield step;
    }
  }
  const ports = {
    kube: { watch } as unknown as KubeClient,
    world: { ...clock, uniqueId: () => '', hostName: '' },
    progress: { ...SILENT, warning: (text: string) => void warnings.push(text) },
  } satisfies Partial<ReconcilePorts>;
  return { ports, clock, warnings, opened: () => opened };
}
const forbidden = new FluxError('kube/forbidden', 'no');
const kind = { apiVersion: 'v1', kind: 'X' };

it('followObjects() opens a watch that broke off again, later each time, and begins anew once it worked', async () => {
  const away = new FluxError('kube/unreachable', 'away');
  const { ports, clock, opened } = portsOf([[added, away], [away], [away], [added, away]]);
  const stop = new AbortController();
  const told: string[] = [];
  const over = followObjects({ kind, isNeeded: true }, ports, stop.signal, async (type) => void told.push(type));
  const waits: number[] = [];
  for (let turn = 0; turn < 4; turn++) {
    await settle();
    const before = opened();
    let ms = 0;
    for (; opened() === before && ms < 100_000; ms += 1_000) await clock.advance(1_000);
    waits.push(ms);
  }
  stop.abort();
  await over;
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 1_000]);
  assert.deepEqual(told, ['ADDED', 'ADDED']);
});

it('followObjects() fails where the very first watch of what is needed is refused', async () => {
  const { ports } = portsOf([[forbidden]]);
  await assert.rejects(
    followObjects({ kind, isNeeded: true }, ports, new AbortController().signal, async () => {}),
    (error) => isFluxError(error, 'kube/forbidden'),
  );
});

it('followObjects() goes without what is not needed and may not be watched, and says so', async () => {
  const { ports, warnings } = portsOf([[forbidden]]);
  await followObjects({ kind, namespace: 'other', isNeeded: false }, ports, new AbortController().signal, async () => {});
  assert.deepEqual(warnings, ['Xs in other cannot be watched, so that changes are seen at the next interval: no']);
});

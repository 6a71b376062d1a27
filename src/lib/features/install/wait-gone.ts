import { isFluxError } from '../../core/errors.ts';
import type { KindRef } from '../../core/objects.ts';
import type { InstallPorts } from './ports.ts';

/**
 * Waits until no object of a kind is left, by watching.
 *
 * Where watching is not allowed it does not wait.
 *
 * Effects: reads the cluster
 *
 * @returns the names of what is left when the time is over
 */
export async function waitGone(
  kind: KindRef,
  options: { readonly namespace: string; readonly labelSelector: string; readonly timeoutMs: number },
  { kube, clock, signal }: Pick<InstallPorts, 'kube' | 'clock' | 'signal'>,
): Promise<string[]> {
  const { timeoutMs, ...where } = options;
  const stop = new AbortController();
  const ended = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]);
  const left = new Set<string>();
  const timer = clock.sleep(timeoutMs, ended).then(
    () => stop.abort(),
    () => undefined,
  );
  try {
    let synced = false;
    for await (const event of kube.watch(kind, { ...where, signal: ended })) {
      if (event.type === 'SYNCED') synced = true;
      else if (event.type === 'DELETED') left.delete(event.object.metadata.name);
      else left.add(event.object.metadata.name);
      if (synced && left.size === 0) break;
    }
  } catch (error) {
    if (!stop.signal.aborted && !isFluxError(error, 'kube/forbidden')) throw error;
  } finally {
    stop.abort();
    await timer;
  }
  signal?.throwIfAborted();
  return [...left];
}

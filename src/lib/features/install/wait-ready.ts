import type { ObjectRef } from '../../core/objects.ts';
import type { InstallPorts, ReadyReport } from './ports.ts';

const WORD: Readonly<Record<string, ReadyReport['status']>> = { Current: 'ready', NotFound: 'not found' };

/**
 * Waits until objects are ready or the time is over. What did not get ready is a result, not an error.
 *
 * Effects: reads the cluster
 *
 * @returns in the order of the references
 */
export async function waitReady(
  refs: readonly ObjectRef[],
  { kube, clock, signal }: InstallPorts,
  options: { readonly timeoutMs: number },
): Promise<ReadyReport[]> {
  const { waitFor } = await import('../../engine/health/index.ts');
  const within = signal === undefined ? {} : { signal };
  const report = await waitFor(refs, kube, { timeoutMs: options.timeoutMs, clock, failFast: false, ...within });
  return report.objects.map(({ ref, status, message }) => {
    const word = WORD[status] ?? 'not ready';
    return { ref, status: word, message: word === 'ready' ? '' : message };
  });
}

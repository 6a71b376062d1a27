import type { K8sObject } from '../../core/objects.ts';
import { readText } from '../../core/read-object.ts';
import { tryCreate } from './probe.ts';
import type { EscapeCluster } from './types.ts';
import { kustomization } from './vectors/probe-objects.ts';

const STEP_MS = 100;
const LIMIT_MS = 10_000;

/**
 * Waits until the API server follows admission policies that were just stored: it hears of them a moment later. Policies that do
 * not ask for an account are waited for in vain, and not longer than some seconds.
 *
 * Effects: dry-runs
 */
export async function waitGuarded(
  kube: EscapeCluster,
  objects: readonly K8sObject[],
  clock: { now(): number; sleep(ms: number): Promise<void> },
): Promise<void> {
  if (!objects.some(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding')) return;
  const namespaces = objects
    .filter(({ kind }) => kind === 'RoleBinding')
    .map((binding) => readText(binding, 'metadata', 'namespace'));
  const limit = clock.now() + LIMIT_MS;
  for (const namespace of new Set(namespaces)) {
    while (clock.now() < limit && (await tryCreate(kube, kustomization(namespace, undefined))).kind === 'admitted')
      await clock.sleep(STEP_MS);
  }
}

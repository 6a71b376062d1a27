import type { KubeClient } from '../../src/lib/engine/kube/index.ts';

const ATTEMPTS = 60;

/**
 * Plays kubelet in a cluster without nodes: waits for the pods of Deployments and sets their status as if they ran. What
 * counts them then are Kubernetes' own controllers.
 *
 * @param names the Deployments, whose pods have the label `app` with that name
 */
export async function runPods(names: readonly string[], namespace: string, kube: KubeClient): Promise<void> {
  const missing = new Set(names);
  for (let attempt = 0; attempt < ATTEMPTS && missing.size > 0; attempt++) {
    const { items } = await kube.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace });
    for (const { metadata } of items) {
      const name = metadata.labels?.['app'] ?? '';
      if (!missing.has(name)) continue;
      const conditions = ['Ready', 'ContainersReady', 'Initialized', 'PodScheduled'].map((type) => ({ type, status: 'True' }));
      const ref = { apiVersion: 'v1', kind: 'Pod', namespace, name: metadata.name };
      await kube.patch(ref, { status: { phase: 'Running', conditions } }, { type: 'merge', subresource: 'status' });
      missing.delete(name);
    }
    if (missing.size > 0) await new Promise((resolve) => setTimeout(resolve, 500));
  }
  if (missing.size > 0) throw new Error(`no pods of ${[...missing].join(', ')} have been created`);
}

import { APP_LABEL, FIELD_MANAGER } from '../../core/flux.ts';
import { formatJson, isJsonObject, type JsonValue, parseJson } from '../../core/json.ts';
import type { K8sObject, ObjectRef } from '../../core/objects.ts';
import type { KubeClient } from '../../engine/kube/index.ts';
import { memoryStatusStore, type StatusStore } from './status-store.ts';

/**
 * Names the ConfigMap that keeps the status of a Kustomization that exists only in files.
 *
 * Effects: none
 */
export function statusConfigMapRef(kustomization: K8sObject, namespace: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: `flux-${kustomization.metadata.name}` };
}

/**
 * Opens the status of a Kustomization from a file: it lies in a ConfigMap, inventory and all, so that the next run knows
 * what to prune.
 *
 * Effects: reads the ConfigMap now, writes it at each change
 */
export async function openConfigMapStore(kustomization: K8sObject, kube: KubeClient, namespace: string): Promise<StatusStore> {
  const ref = statusConfigMapRef(kustomization, namespace);
  const before = await kube.get(ref);
  const data = before === undefined ? undefined : before['data'];
  const text = isJsonObject(data) ? data['status.json'] : undefined;
  const status: JsonValue = typeof text === 'string' ? parseJson(text) : {};
  return memoryStatusStore({ ...kustomization, status }, async (object) => {
    await kube.apply(
      {
        apiVersion: ref.apiVersion,
        kind: ref.kind,
        metadata: {
          name: ref.name,
          namespace,
          labels: {
            [APP_LABEL.managedBy]: 'flux-ts',
            [APP_LABEL.component]: 'inventory',
            [APP_LABEL.instance]: kustomization.metadata.name,
          },
        },
        data: { 'status.json': formatJson(object['status'], 2) },
      },
      { fieldManager: FIELD_MANAGER.kustomizeStatus, force: true },
    );
  });
}

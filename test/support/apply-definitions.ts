import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { readCondition, readText } from '../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';

const CRDS = fileURLToPath(new URL('../../manifests/crds/', import.meta.url));

/** Installs the Flux definitions of some controllers and waits until they are established. */
export async function applyDefinitions(kube: KubeClient, controllers: readonly string[]): Promise<void> {
  for (const controller of controllers) {
    const folder = join(CRDS, controller);
    for (const file of readdirSync(folder).filter((name) => name !== 'kustomization.yaml')) {
      const definition = load(readFileSync(join(folder, file), 'utf8')) as K8sObject;
      await kube.apply(definition, { fieldManager: 'test', force: true });
      const ref = { apiVersion: definition.apiVersion, kind: definition.kind, name: definition.metadata.name };
      const isEstablished = async (): Promise<boolean> =>
        readText(readCondition((await kube.get(ref)) ?? {}, 'Established'), 'status') === 'True';
      while (!(await isEstablished())) await sleep(50);
    }
  }
  kube.forgetDiscovery();
}

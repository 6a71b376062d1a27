import { formatDuration } from '../../core/duration.ts';
import { apiVersionOf, kindNamed } from '../../core/kinds.ts';
import type { K8sObject } from '../../core/objects.ts';
import { emitYaml } from '../../core/yaml/index.ts';
import { GENERATED_WARNING, selfAccountOf } from '../install/index.ts';
import { type BootstrapOptions, normalizeSyncPath } from './options.ts';

/** How often the Kustomization reconciles without being asked; fixed, as upstream has it. */
const KUSTOMIZATION_INTERVAL_MS = 600_000;

/**
 * Makes the GitRepository and the Kustomization by which a cluster follows its repository.
 *
 * Effects: none
 * Source: fluxcd/flux2 pkg/manifestgen/sync/sync.go
 * Differs: names the account that acts, where the profile has one
 *
 * @param url `spec.url` of the GitRepository
 */
export function makeSyncObjects(options: BootstrapOptions, url: string): K8sObject[] {
  const metadata = { name: options.namespace, namespace: options.namespace };
  const repository = kindNamed('GitRepository');
  const kustomization = kindNamed('Kustomization');
  const account = selfAccountOf(options);
  return [
    {
      apiVersion: apiVersionOf(repository),
      kind: repository.kind,
      metadata: { ...metadata },
      spec: {
        interval: formatDuration(options.intervalMs),
        ...(options.recurseSubmodules ? { recurseSubmodules: true } : {}),
        ref: options.branch === '' ? {} : { branch: options.branch },
        secretRef: { name: options.secretName },
        ...(options.sparseCheckout.length === 0 ? {} : { sparseCheckout: [...options.sparseCheckout] }),
        url,
      },
    },
    {
      apiVersion: apiVersionOf(kustomization),
      kind: kustomization.kind,
      metadata: { ...metadata },
      spec: {
        interval: formatDuration(KUSTOMIZATION_INTERVAL_MS),
        path: normalizeSyncPath(options.path),
        prune: true,
        ...(account === undefined ? {} : { serviceAccountName: account }),
        sourceRef: { kind: repository.kind, name: options.namespace },
      },
    },
  ];
}

/** Writes them as `gotk-sync.yaml`. */
export function renderSync(options: BootstrapOptions, url: string): string {
  return `${GENERATED_WARNING}\n${makeSyncObjects(options, url)
    .map((object) => `---\n${emitYaml(object)}`)
    .join('')}`;
}

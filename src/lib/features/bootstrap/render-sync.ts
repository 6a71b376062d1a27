import { formatDuration } from '../../core/duration.ts';
import { apiVersionOf, kindNamed } from '../../core/kinds.ts';
import type { K8sObject } from '../../core/objects.ts';
import { emitYaml } from '../../core/yaml/index.ts';
import { GENERATED_WARNING, selfAccountOf } from '../install/index.ts';
import { type BootstrapOptions, normalizeSyncPath, sourceAccountOf } from './options.ts';
import type { SourcePlan } from './plan-source.ts';

/** How often the Kustomization reconciles without being asked; fixed, as upstream has it. */
const KUSTOMIZATION_INTERVAL_MS = 600_000;

/**
 * Makes the GitRepository and the Kustomization by which a cluster follows its repository.
 *
 * Effects: none
 * Source: fluxcd/flux2 pkg/manifestgen/sync/sync.go
 * Differs: names the account that acts, where the profile has one
 *
 * @param plan how the cluster reaches the repository
 */
export function makeSyncObjects(options: BootstrapOptions, plan: SourcePlan): K8sObject[] {
  const metadata = { name: options.namespace, namespace: options.namespace };
  const repository = kindNamed('GitRepository');
  const kustomization = kindNamed('Kustomization');
  const account = selfAccountOf(options);
  const isCloud = plan.login === 'cloud';
  const sourceAccount = isCloud ? sourceAccountOf(options) : '';
  return [
    {
      apiVersion: apiVersionOf(repository),
      kind: repository.kind,
      metadata: { ...metadata },
      spec: {
        interval: formatDuration(options.intervalMs),
        ...(plan.provider === undefined ? {} : { provider: plan.provider }),
        ...(options.recurseSubmodules ? { recurseSubmodules: true } : {}),
        ref: options.branch === '' ? {} : { branch: options.branch },
        ...(isCloud ? {} : { secretRef: { name: options.secretName } }),
        ...(sourceAccount === '' ? {} : { serviceAccountName: sourceAccount }),
        ...(options.sparseCheckout.length === 0 ? {} : { sparseCheckout: [...options.sparseCheckout] }),
        url: plan.url,
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
export function renderSync(options: BootstrapOptions, plan: SourcePlan): string {
  return `${GENERATED_WARNING}\n${makeSyncObjects(options, plan)
    .map((object) => `---\n${emitYaml(object)}`)
    .join('')}`;
}

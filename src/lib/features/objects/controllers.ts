import { isFluxError } from '../../core/errors.ts';
import { GROUP } from '../../core/flux.ts';
import type { FluxKind } from '../../core/kinds.ts';
import { readPath, readText } from '../../core/read-object.ts';
import type { ObjectReader } from './ports.ts';

const CONTROLLER_BY_GROUP: Readonly<Record<string, string>> = {
  [GROUP.source]: 'source-controller',
  [GROUP.kustomize]: 'kustomize-controller',
  [GROUP.helm]: 'helm-controller',
  [GROUP.notification]: 'notification-controller',
  [GROUP.sourceExtensions]: 'source-watcher',
};

/** The controller that reconciles a kind. */
export function controllerOf(kind: FluxKind): string {
  if (kind.kind === 'ImageUpdateAutomation') return 'image-automation-controller';
  return CONTROLLER_BY_GROUP[kind.group] ?? 'image-reflector-controller';
}

/**
 * Tells whether a kind's controller seems to be at work: it holds its Lease, or its Deployment has a pod that is available.
 * Where neither may be read, it is taken to be.
 *
 * Effects: reads the cluster
 */
export async function seesController(kind: FluxKind, fluxNamespace: string, kube: ObjectReader, now: Date): Promise<boolean> {
  const name = controllerOf(kind);
  try {
    const lease = await kube.get({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      namespace: fluxNamespace,
      name: `${name}-leader-election`,
    });
    if (lease !== undefined && readText(lease, 'spec', 'holderIdentity') !== '') {
      const seconds = Number(readPath(lease, 'spec', 'leaseDurationSeconds') ?? 0);
      if (Date.parse(readText(lease, 'spec', 'renewTime')) + seconds * 1000 > now.getTime()) return true;
    }
    const deployment = await kube.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: fluxNamespace, name });
    return Number(readPath(deployment, 'status', 'availableReplicas') ?? 0) > 0;
  } catch (error) {
    if (isFluxError(error, 'kube/forbidden')) return true;
    throw error;
  }
}

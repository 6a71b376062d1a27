import { FluxError, isFluxError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json.ts';
import { apiVersionOf, kindNamed } from '../../core/kinds.ts';
import type { K8sObject, ObjectRef } from '../../core/objects.ts';
import { normalizeSyncPath } from './options.ts';
import type { BootstrapWorld } from './ports.ts';

/** What the cluster says of an earlier bootstrap. */
export interface LiveSync {
  /** `spec.path` of the Kustomization; absent where there is none. */
  readonly path?: string;
  /** `spec.serviceAccountName` of the Kustomization; absent where it has none. */
  readonly account?: string;
  /** True once the Kustomization has applied anything: from then on, Git is the way. */
  readonly applied: boolean;
}

/** Names the GitRepository or Kustomization that a cluster follows itself by. */
export function syncRefOf(kind: 'GitRepository' | 'Kustomization', namespace: string): ObjectRef {
  return { apiVersion: apiVersionOf(kindNamed(kind)), kind, namespace, name: namespace };
}

/**
 * Reads the Kustomization of an earlier bootstrap.
 *
 * Effects: reads the cluster
 * Source: fluxcd/flux2 pkg/bootstrap/bootstrap.go mustInstallManifests, kustomizationPathDiffers
 */
export async function readSync(namespace: string, { kube, signal }: Pick<BootstrapWorld, 'kube' | 'signal'>): Promise<LiveSync> {
  const live = await readOrNothing(kube, syncRefOf('Kustomization', namespace), signal);
  if (live === undefined) return { applied: false };
  const { spec, status } = live;
  const path = isJsonObject(spec) && typeof spec['path'] === 'string' ? spec['path'] : '';
  const revision = isJsonObject(status) ? status['lastAppliedRevision'] : undefined;
  const account = isJsonObject(spec) ? spec['serviceAccountName'] : undefined;
  return {
    path,
    ...(typeof account === 'string' ? { account } : {}),
    applied: typeof revision === 'string' && revision !== '',
  };
}

async function readOrNothing(
  kube: Pick<BootstrapWorld['kube'], 'get'>,
  ref: ObjectRef,
  signal: AbortSignal | undefined,
): Promise<K8sObject | undefined> {
  try {
    return await kube.get(ref, signal === undefined ? {} : { signal });
  } catch (error) {
    if (isFluxError(error, 'kube/unknown-kind')) return undefined;
    throw error;
  }
}

/**
 * Refuses to let two paths fight over one cluster.
 *
 * Effects: none
 * Source: fluxcd/flux2 pkg/bootstrap/bootstrap.go kustomizationPathDiffers
 * Differs: asked before anything is written, where upstream has pushed and applied the components by then
 *
 * @throws {FluxError} bootstrap/path-differs
 */
export function checkSyncPath(live: LiveSync, path: string): void {
  if (live.path === undefined || normalizeSyncPath(live.path) === normalizeSyncPath(path)) return;
  const wanted = normalizeSyncPath(path);
  throw new FluxError(
    'bootstrap/path-differs',
    `sync path configuration (${JSON.stringify(wanted)}) would overwrite path (${JSON.stringify(live.path)}) of existing Kustomization`,
    { hint: `Use --path=${live.path}, or another cluster` },
  );
}

import { FluxError } from '../../core/errors.ts';
import { judge } from './attempts.ts';
import type { EscapeCluster, EscapeReport, EscapeTenant, RealAttack, VectorResult, Verdict } from './types.ts';
import { VECTORS } from './vectors/index.ts';
import { openWorld } from './world.ts';

/** How to check a tenant. */
export interface EscapeOptions {
  readonly fluxNamespace: string;
  /** Runs Kustomizations for real; only where the cluster is one to throw away. */
  readonly attack?: RealAttack;
  /** Ids of vectors, such as `E1`; absent means all. */
  readonly only?: readonly string[];
}

/**
 * Tries to get out of a tenant, by each vector that is known. Without `attack` nothing is stored: writes are dry-runs under the
 * tenant's own account, rights are reviews, and what only a controller guards is read off its Deployment.
 *
 * Effects: reads the cluster; dry-runs and reviews
 *
 * @throws {FluxError} escape/unknown-vector
 */
export async function checkEscape(tenant: EscapeTenant, kube: EscapeCluster, options: EscapeOptions): Promise<EscapeReport> {
  const { only = [] } = options;
  const stranger = only.find((id) => VECTORS.every((vector) => vector.id !== id));
  if (stranger !== undefined) {
    throw new FluxError('escape/unknown-vector', `there is no vector ${stranger}`, {
      hint: `there are ${VECTORS.map(({ id }) => id).join(', ')}`,
    });
  }
  const world = await openWorld(tenant, kube, options.fluxNamespace, options.attack);
  const vectors: VectorResult[] = [];
  for (const vector of VECTORS) {
    if (only.length > 0 && !only.includes(vector.id)) continue;
    vectors.push(judge(vector.id, vector.title, await vector.attempts(world)));
  }
  const count = (verdict: Verdict): number => vectors.filter((vector) => vector.verdict === verdict).length;
  return {
    tenant: tenant.name,
    namespaces: tenant.namespaces,
    mode: options.attack === undefined ? 'live' : 'sandbox',
    vectors,
    counts: {
      closed: count('closed'),
      open: count('open'),
      unknown: count('unknown'),
      'not applicable': count('not applicable'),
    },
    assumptions:
      world.controllers.state === 'absent'
        ? [`Flux is not installed in ${options.fluxNamespace}: its controllers are taken to have their defaults`]
        : world.controllers.state === 'unreadable'
          ? [`the Deployments in ${options.fluxNamespace} cannot be read, so nothing is known of the controllers' flags`]
          : [],
  };
}

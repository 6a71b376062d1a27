import { formatAccount } from '../../core/account-name.ts';
import { isFluxError } from '../../core/errors.ts';
import { type Attempt } from './types.ts';
import { closed, inapplicable, open, unknown } from './attempts.ts';
import type { Outcome } from './probe.ts';
import { type Controller, type Controllers, flagOf, readControllers } from './read-controllers.ts';
import type { EscapeCluster, EscapeTenant, RealAttack } from './types.ts';

/** A place of the tenant: a namespace, and the account that acts there. */
export interface Place {
  readonly namespace: string;
  readonly account: string;
  /** The cluster, as that account. */
  readonly kube: EscapeCluster;
}

/** All that the vectors look at. */
export interface EscapeWorld {
  readonly tenant: EscapeTenant;
  readonly places: readonly Place[];
  /** The cluster, as the caller. */
  readonly kube: EscapeCluster;
  /** Namespaces that are not the tenant's, the platform's first; undefined where the caller may not list them. */
  readonly foreign: readonly string[] | undefined;
  readonly controllers: Controllers;
  /** Where the tenant must not get to: Flux's own namespace, or another foreign one. */
  readonly platform: string;
  /** Runs attacks; only where the cluster is one to throw away. */
  readonly attack?: RealAttack;
}

/** One way out: what is tried, and when that is closed. */
export interface Vector {
  readonly id: string;
  readonly title: string;
  attempts(world: EscapeWorld): Promise<readonly Attempt[]>;
}

/** Name of everything that is tried. */
export const PROBE = 'flux-ts-escape-probe';

/**
 * Looks at the cluster once, for all vectors.
 *
 * Effects: reads the cluster
 */
export async function openWorld(
  tenant: EscapeTenant,
  kube: EscapeCluster,
  fluxNamespace: string,
  attack?: RealAttack,
): Promise<EscapeWorld> {
  const controllers = await readControllers(kube, fluxNamespace);
  const foreign = await listForeign(kube, tenant.namespaces, fluxNamespace);
  return {
    tenant,
    kube,
    controllers,
    foreign,
    platform: foreign?.[0] ?? fluxNamespace,
    places: tenant.accounts.map(({ namespace, name }) => ({
      namespace,
      account: name,
      kube: kube.impersonate(formatAccount({ namespace, name })),
    })),
    ...(attack === undefined ? {} : { attack }),
  };
}

async function listForeign(
  kube: EscapeCluster,
  own: readonly string[],
  fluxNamespace: string,
): Promise<readonly string[] | undefined> {
  try {
    const { items } = await kube.list({ apiVersion: 'v1', kind: 'Namespace' }, { metadataOnly: true });
    const names = items.map(({ metadata }) => metadata.name).filter((name) => !own.includes(name));
    return names.sort((a, b) => Number(b === fluxNamespace) - Number(a === fluxNamespace));
  } catch (error) {
    if (isFluxError(error, 'kube/forbidden')) return undefined;
    throw error;
  }
}

/** What the flags of a controller have to say about something that the API server let through. */
export interface FlagGuard {
  readonly controller: string;
  readonly flag: string;
  /** Whether a value of the flag holds; undefined is: not given. */
  readonly holds: (value: string | undefined) => boolean;
  /** How the flag is to be, for people. */
  readonly wanted: string;
  readonly mend: string;
}

/**
 * Judges an attempt: by the API server's answer first, and where that let it through, by a flag of the controller that would
 * act on it.
 *
 * Effects: none
 */
export function judgeByFlag(what: string, outcome: Outcome, guard: FlagGuard, { controllers }: EscapeWorld): Attempt {
  const early = judgeRefusal(what, outcome);
  if (early !== undefined) return early;
  return judgeFlag(what, guard, controllers);
}

/** The attempt, where the API server's answer decides it. */
export function judgeRefusal(what: string, outcome: Outcome): Attempt | undefined {
  switch (outcome.kind) {
    case 'refused':
      return closed(what, outcome.guard);
    case 'unserved':
      return inapplicable(what, 'the cluster has no such kind');
    case 'unclear':
      return unknown(what, outcome.why);
    case 'admitted':
      return undefined;
  }
}

/** Judges an attempt by a flag alone. */
export function judgeFlag(what: string, guard: FlagGuard, controllers: Controllers): Attempt {
  const { controller: name, flag, holds, wanted, mend } = guard;
  if (controllers.state === 'unreadable')
    return unknown(what, `the Deployments in ${controllers.namespace} cannot be read, and ${name} may have ${wanted}`);
  const controller = controllers.byName.get(name);
  if (controller === undefined && controllers.state === 'installed') return inapplicable(what, `${name} is not installed`);
  const value = flagOf(controller?.args ?? [], flag);
  if (holds(value))
    return closed(what, value === undefined ? `${name} has no --${flag}` : `--${flag}${value === 'true' ? '' : `=${value}`}`);
  if (controller === undefined) return open(what, `Flux is not installed, and by default ${name} has no ${wanted}`, mend);
  return open(what, `${name} ${value === undefined ? `has no ${wanted}` : `has --${flag}=${value}`}`, mend);
}

/** A controller, where it is installed and may be looked at. */
export function controllerOf({ controllers }: EscapeWorld, name: string): Controller | undefined {
  return controllers.byName.get(name);
}

/** The namespace behind a phrase, where the tenant has several. */
export function inPlace({ tenant }: EscapeWorld, { namespace }: Pick<Place, 'namespace'>): string {
  return tenant.namespaces.length > 1 ? ` in ${namespace}` : '';
}

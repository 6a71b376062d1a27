import { parseAccount } from '../../core/account-name.ts';
import { isFluxError } from '../../core/errors.ts';
import type { K8sObject } from '../../core/objects.ts';
import { type AccessRequest, type GrantOptions, listGrants, type NeededAccess, suggestRole } from '../../engine/rbac/index.ts';
import type { ActingIdentity, ClusterView } from './ports.ts';
import type { Kustomization } from './read-kustomization.ts';

/** What the roles are for. */
export interface RolesOptions extends GrantOptions {
  /**
   * True where they only add to what the account has. Their names then end in a digest of what they grant: applying them
   * never takes back what earlier ones granted. Default: false.
   */
  readonly isPartial?: boolean;
}

/**
 * Writes the roles that grant the accesses to the account of a Kustomization, ready to apply. The colons in their names
 * (`flux:apps:web`) keep two Kustomizations apart whatever they are called: no namespace has one. A namespace that is not
 * there yet comes first, since no Role can be in it before.
 *
 * Effects: reads namespaces as the caller
 *
 * @returns bindings only where an account acts
 */
export async function suggestRoles(
  needed: readonly NeededAccess[],
  kustomization: Kustomization,
  own: ClusterView,
  acting: Pick<ActingIdentity, 'user'>,
  { isPartial = false, headroom = false }: RolesOptions = {},
): Promise<K8sObject[]> {
  const grants = listGrants(needed, { headroom });
  const { namespace, name } = kustomization;
  const account = parseAccount(acting.user);
  const roles = suggestRole(grants, {
    name: `flux:${namespace}:${name}${isPartial ? `:missing-${await computeSuffix(grants)}` : ''}`,
    names: 'all',
    ...(account === undefined ? {} : { account }),
  });
  return [...(await listNewNamespaces(roles, own)), ...roles];
}

async function computeSuffix(grants: readonly AccessRequest[]): Promise<string> {
  const { createHash } = await import('node:crypto');
  return createHash('sha256').update(JSON.stringify(grants)).digest('hex').slice(0, 8);
}

async function listNewNamespaces(roles: readonly K8sObject[], own: ClusterView): Promise<K8sObject[]> {
  const names = new Set(roles.flatMap(({ metadata }) => metadata.namespace ?? []));
  const missing: K8sObject[] = [];
  for (const name of names) {
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    if (!(await isThere(name, own))) missing.push(object);
  }
  return missing;
}

/** What may not be read is taken to be there. */
async function isThere(name: string, own: ClusterView): Promise<boolean> {
  try {
    return (await own.kube.get({ apiVersion: 'v1', kind: 'Namespace', name })) !== undefined;
  } catch (error) {
    if (isFluxError(error, 'kube/forbidden')) return true;
    throw error;
  }
}

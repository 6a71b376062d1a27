import { FluxError } from '../../core/errors.ts';
import { findKind } from '../../core/kinds.ts';
import { groupOf, type K8sObject, type KindRef } from '../../core/objects.ts';
import { builtinScope, scopesWithDefinitions, type ScopeLookup } from '../../engine/rbac/index.ts';
import type { ClusterView } from '../reconcile/index.ts';

/**
 * Tells where kinds live without a cluster: Kubernetes' own, Flux's, and those that definitions name.
 *
 * Effects: none
 *
 * @param definitions CustomResourceDefinitions; what else is among them is passed over
 */
export function offlineScopes(definitions: readonly K8sObject[]): ScopeLookup {
  return scopesWithDefinitions(definitions, (kind) => builtinScope(kind) ?? fluxScope(kind));
}

/**
 * Looks at a cluster that nobody can ask: no role is known but those in the set, so a binding to another one needs `bind`.
 * Namespaces are taken to be there.
 *
 * Effects: none
 */
export function offlineView(scopeOf: ScopeLookup): ClusterView {
  return {
    kube: {
      resourceOf: (kind) => Promise.resolve(scopeOf(kind)),
      get: ({ apiVersion, kind, name }) =>
        Promise.resolve(kind === 'Namespace' ? { apiVersion, kind, metadata: { name } } : undefined),
    },
  };
}

/**
 * Refuses kinds that nobody knows: a role that passes over them in silence would be too narrow.
 *
 * @throws {FluxError} rbac/unknown-kind: names all of them
 */
export function checkKindsKnown(kinds: readonly KindRef[], scopeOf: ScopeLookup): void {
  const unknown = new Set(
    kinds.filter((kind) => scopeOf(kind) === undefined).map((kind) => `${kind.kind} of ${groupOf(kind) || 'the core group'}`),
  );
  if (unknown.size === 0) return;
  throw new FluxError('rbac/unknown-kind', `nobody knows where these kinds live: ${[...unknown].join(', ')}`, {
    hint: 'name files or folders with their CustomResourceDefinitions: --crds=FILE|DIR',
    details: { kinds: [...unknown] },
  });
}

function fluxScope(kind: KindRef): ReturnType<ScopeLookup> {
  const found = findKind(groupOf(kind), kind.kind);
  return found === undefined ? undefined : { plural: found.plural, namespaced: true };
}

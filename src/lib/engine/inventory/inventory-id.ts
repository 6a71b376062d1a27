import { FluxError } from '../../core/errors.ts';
import { formatApiVersion, groupOf, type ObjectRef } from '../../core/objects.ts';
import type { InventoryEntry } from './types.ts';

/** Only these kinds may have a colon in their name, which an id cannot hold as it is. */
const RBAC_KINDS: readonly string[] = ['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'];
const RBAC_GROUP = 'rbac.authorization.k8s.io';

/**
 * Writes the id of an object. It has no version, since two versions of one object are the same object to the API server.
 *
 * Effects: none
 * Source: cli-utils pkg/object ObjMetadata.String
 *
 * @example formatInventoryId({ apiVersion: 'v1', kind: 'Namespace', name: 'apps' }) // '_apps__Namespace'
 */
export function formatInventoryId(ref: ObjectRef): string {
  const group = groupOf(ref);
  const name = group === RBAC_GROUP && RBAC_KINDS.includes(ref.kind) ? ref.name.replaceAll(':', '__') : ref.name;
  return `${ref.namespace ?? ''}_${name}_${group}_${ref.kind}`;
}

/**
 * Reads an entry back into a reference. A double underscore in the name stands for a colon.
 *
 * Effects: none
 * Source: cli-utils pkg/object ParseObjMetadata
 *
 * @throws {FluxError} inventory/bad-id: fewer than four fields
 */
export function parseInventoryEntry(entry: InventoryEntry): ObjectRef {
  const match = /^([^_]*)_(.*)_([^_]*)_([^_]*)$/.exec(entry.id);
  if (match === null) {
    throw new FluxError('inventory/bad-id', `inventory entry "${entry.id}" is not <namespace>_<name>_<group>_<kind>`);
  }
  const [, namespace = '', name = '', group = '', kind = ''] = match;
  const base = { apiVersion: formatApiVersion(group, entry.v), kind, name: name.replaceAll('__', ':') };
  return namespace === '' ? base : { ...base, namespace };
}

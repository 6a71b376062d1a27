import { FluxError } from '../../core/errors.ts';
import { TENANT_LABEL } from '../../core/flux.ts';
import { cloneJson, isJsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { readTenantObjects, type TenantReader } from './read-tenants.ts';

/**
 * Reads the objects of a tenant in the form that fits a Git repository: without what the cluster added. The ClusterRole that is
 * bound is not the tenant's own and not among them.
 *
 * Effects: reads the cluster
 *
 * @throws {FluxError} tenant/not-found
 */
export async function exportTenant(reader: TenantReader, name: string): Promise<K8sObject[]> {
  const objects = await readTenantObjects(reader, name);
  if (objects.length === 0) {
    throw new FluxError('tenant/not-found', `there is no tenant ${name}: nothing carries the label ${TENANT_LABEL}=${name}`, {
      hint: 'see those that there are: flux-ts get tenants',
    });
  }
  return objects.map(withoutServerFields);
}

/** What somebody wrote of an object, without what the API server and controllers added. */
function withoutServerFields(object: K8sObject): K8sObject {
  const { status: _status, secrets: _secrets, ...rest } = cloneJson(object);
  const { name, namespace, labels = {}, annotations } = object.metadata;
  const kept = Object.fromEntries(Object.entries(labels).filter(([key]) => key !== 'kubernetes.io/metadata.name'));
  const notes = Object.fromEntries(
    Object.entries(annotations ?? {}).filter(([key]) => key !== 'kubectl.kubernetes.io/last-applied-configuration'),
  );
  // All that a Namespace has in its spec is a finalizer of the server's own.
  if (object.kind === 'Namespace' && isJsonObject(rest['spec'])) delete rest['spec'];
  return {
    ...rest,
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: kept,
      ...(Object.keys(notes).length === 0 ? {} : { annotations: notes }),
    },
  };
}

import { FluxError } from '../../core/errors.ts';
import { TENANT_LABEL } from '../../core/flux.ts';
import type { K8sObject } from '../../core/objects.ts';
import { stripObject } from '../../core/strip-object.ts';
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

/** Without what the API server and controllers add to namespaces and accounts. */
function withoutServerFields(object: K8sObject): K8sObject {
  const { secrets: _secrets, ...rest } = stripObject(object) as K8sObject & { secrets?: unknown };
  const labels = Object.entries(rest.metadata.labels ?? {}).filter(([key]) => key !== 'kubernetes.io/metadata.name');
  // All that a Namespace has in its spec is a finalizer of the server's own.
  if (object.kind === 'Namespace') delete (rest as { spec?: unknown }).spec;
  return { ...rest, metadata: { ...rest.metadata, labels: Object.fromEntries(labels) } };
}

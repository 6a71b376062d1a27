import { FluxError } from '../../core/errors.ts';
import { TENANT_LABEL } from '../../core/flux.ts';
import type { K8sObject } from '../../core/objects.ts';
import { checkQualifiedName } from '../../core/qualified-name.ts';

/** What a tenant is made of. */
export interface TenantOptions {
  readonly name: string;
  /** One or more. */
  readonly namespaces: readonly string[];
  /** A ClusterRole, bound in the tenant's namespaces only. */
  readonly clusterRole: string;
  /** Empty means the tenant's name. */
  readonly serviceAccount: string;
  readonly skipNamespace: boolean;
  readonly labels: Record<string, string>;
}

/**
 * Makes the objects of a tenant: for each namespace the Namespace, the ServiceAccount and the RoleBinding, in this order.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/create_tenant.go
 * Differs: the subject `User gotk:<namespace>:reconciler`, which nothing uses, is left out.
 *
 * @throws {FluxError} tenant/namespace-missing, tenant/role-missing, tenant/bad-name
 */
export function makeTenant(options: TenantOptions): K8sObject[] {
  if (options.namespaces.length === 0) {
    throw new FluxError('tenant/namespace-missing', 'with-namespace is required', {
      hint: `for example: flux-ts create tenant ${options.name} --with-namespace=apps`,
    });
  }
  if (options.clusterRole === '') throw new FluxError('tenant/role-missing', 'cluster-role is required');
  const account = options.serviceAccount === '' ? options.name : options.serviceAccount;
  checkName('tenant name', options.name);
  checkName('service-account name', account);
  for (const namespace of options.namespaces) checkName('namespace', namespace);

  const labels = { ...options.labels, [TENANT_LABEL]: options.name };
  return options.namespaces.flatMap((namespace): K8sObject[] => [
    ...(options.skipNamespace
      ? []
      : [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { ...labels } } }]),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace, labels: { ...labels } } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: `${options.name}-reconciler`, namespace, labels: { ...labels } },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: options.clusterRole },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
    },
  ]);
}

function checkName(what: string, name: string): void {
  const problems = checkQualifiedName(name);
  if (problems.length > 0) throw new FluxError('tenant/bad-name', `invalid ${what} '${name}': [${problems.join(' ')}]`);
}

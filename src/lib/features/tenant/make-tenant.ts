import { FluxError } from '../../core/errors.ts';
import { TENANT_LABEL } from '../../core/flux.ts';
import type { JsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { checkQualifiedName } from '../../core/qualified-name.ts';
import { makeAdmissionPolicies } from './admission-policies.ts';
import { FLUX_TENANT_ROLE, makeFluxTenantRole } from './flux-tenant-role.ts';
import { makeLimitRange, makeQuota } from './limits.ts';
import { makeNetworkPolicy } from './network-policy.ts';

/** How strict the pods of a tenant are held; the levels are those of Kubernetes' Pod Security Standards. */
export type PodSecurity = 'restricted' | 'baseline';

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
  /** A Role that is written into each namespace and bound instead of the ClusterRole. Default: none. */
  readonly role?: K8sObject;
  /** True binds the role and leaves it to somebody else to write. Default: false. */
  readonly skipRole?: boolean;
  /** What all of a namespace may use together, by resource name. Default: no quota. */
  readonly quota?: Readonly<Record<string, string>>;
  /** What a container may use that says nothing itself, by resource name. Default: no LimitRange. */
  readonly limitRange?: Readonly<Record<string, string>>;
  /** True cuts the pods off from other namespaces. Default: false. */
  readonly networkPolicy?: boolean;
  /** Default: no labels. */
  readonly podSecurity?: PodSecurity;
  /** True writes the admission policies. Default: false. */
  readonly admissionPolicy?: boolean;
  /** True makes the policies refuse sources without `spec.verify`. Default: false. */
  readonly requireVerification?: boolean;
}

const RBAC = 'rbac.authorization.k8s.io';

/**
 * Makes the objects of a tenant: for each namespace the Namespace, the ServiceAccount and the RoleBinding, in this order, and
 * what else was asked for. A ClusterRole of ours comes first, admission policies last.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/create_tenant.go
 * Differs: the subject `User gotk:<namespace>:reconciler`, which nothing uses, is left out; all that is asked for by flags that
 * upstream does not have.
 *
 * @throws {FluxError} tenant/namespace-missing, tenant/role-missing, tenant/bad-name, tenant/bad-quantity,
 * tenant/namespace-left-out
 */
export function makeTenant(options: TenantOptions): K8sObject[] {
  const account = checkOptions(options);
  const labels = { ...options.labels, [TENANT_LABEL]: options.name };
  const isOurRole = options.role === undefined && options.clusterRole === FLUX_TENANT_ROLE && options.skipRole !== true;
  return [
    ...(isOurRole ? [makeFluxTenantRole()] : []),
    ...options.namespaces.flatMap((namespace) => makePlace(namespace, account, labels, options)),
    ...(options.admissionPolicy === true
      ? makeAdmissionPolicies({
          tenant: options.name,
          namespaces: options.namespaces,
          account,
          labels,
          requireVerification: options.requireVerification === true,
          networkPolicy: options.networkPolicy === true,
        })
      : []),
  ];
}

function makePlace(namespace: string, account: string, labels: Record<string, string>, options: TenantOptions): K8sObject[] {
  const { name, role, quota = {}, limitRange = {} } = options;
  const place = { namespace, labels };
  return [
    ...(options.skipNamespace ? [] : [makeNamespace(namespace, labels, options.podSecurity)]),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace, labels: { ...labels } } },
    ...(role === undefined || options.skipRole === true
      ? []
      : [{ ...role, metadata: { name: role.metadata.name, namespace, labels: { ...role.metadata.labels, ...labels } } }]),
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata: { name: `${name}-reconciler`, namespace, labels: { ...labels } },
      roleRef: roleRefOf(options),
      subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
    },
    ...(Object.keys(quota).length === 0 ? [] : [makeQuota(name, place, quota)]),
    ...(Object.keys(limitRange).length === 0 ? [] : [makeLimitRange(name, place, limitRange)]),
    ...(options.networkPolicy === true ? [makeNetworkPolicy(place)] : []),
  ];
}

function makeNamespace(name: string, labels: Record<string, string>, podSecurity: PodSecurity | undefined): K8sObject {
  const level =
    podSecurity === undefined
      ? {}
      : { 'pod-security.kubernetes.io/enforce': podSecurity, 'pod-security.kubernetes.io/enforce-version': 'latest' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { ...labels, ...level } } };
}

function roleRefOf({ role, clusterRole }: TenantOptions): JsonObject {
  return role === undefined
    ? { apiGroup: RBAC, kind: 'ClusterRole', name: clusterRole }
    : { apiGroup: RBAC, kind: role.kind, name: role.metadata.name };
}

/** The name of the tenant's account. */
function checkOptions(options: TenantOptions): string {
  if (options.namespaces.length === 0) {
    throw new FluxError('tenant/namespace-missing', 'with-namespace is required', {
      hint: `for example: flux-ts create tenant ${options.name} --with-namespace=apps`,
    });
  }
  if (options.clusterRole === '' && options.role === undefined)
    throw new FluxError('tenant/role-missing', 'cluster-role is required');
  if (options.skipNamespace && options.podSecurity !== undefined) {
    throw new FluxError(
      'tenant/namespace-left-out',
      'pod security is set by labels of the namespace, and --skip-namespace leaves the namespace to somebody else',
      { hint: `whoever writes it adds the label pod-security.kubernetes.io/enforce: ${options.podSecurity}` },
    );
  }
  const account = options.serviceAccount === '' ? options.name : options.serviceAccount;
  checkName('tenant name', options.name);
  checkName('service-account name', account);
  for (const namespace of options.namespaces) checkName('namespace', namespace);
  return account;
}

function checkName(what: string, name: string): void {
  const problems = checkQualifiedName(name);
  if (problems.length > 0) throw new FluxError('tenant/bad-name', `invalid ${what} '${name}': [${problems.join(' ')}]`);
}

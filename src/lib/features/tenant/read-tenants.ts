import { FluxError, isFluxError } from '../../core/errors.ts';
import { CONDITION, GROUP, TENANT_LABEL } from '../../core/flux.ts';
import type { K8sObject, KindRef } from '../../core/objects.ts';
import { readCondition, readList, readPath, readText } from '../../core/read-object.ts';

/** What reading tenants needs of the cluster. */
export interface TenantReader {
  list(
    kind: KindRef,
    options?: { namespace?: string; labelSelector?: string; metadataOnly?: boolean },
  ): Promise<{ items: K8sObject[] }>;
}

/** A namespace of a tenant. */
export interface TenantNamespace {
  readonly name: string;
  /** False where somebody else made the namespace (`--skip-namespace`). */
  readonly isOwn: boolean;
  /** The enforced level of Pod Security; empty where there is none. */
  readonly podSecurity: string;
}

/** A tenant, as the cluster has it. */
export interface Tenant {
  readonly name: string;
  readonly namespaces: readonly TenantNamespace[];
  readonly accounts: readonly { readonly namespace: string; readonly name: string }[];
  readonly roles: readonly {
    readonly namespace: string;
    readonly kind: string;
    readonly name: string;
    readonly binding: string;
  }[];
  readonly quotas: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly hard: Readonly<Record<string, string>>;
    readonly used: Readonly<Record<string, string>>;
  }[];
  readonly limitRanges: readonly { readonly namespace: string; readonly name: string }[];
  readonly networkPolicies: readonly { readonly namespace: string; readonly name: string }[];
  /** Names of admission policies. */
  readonly admissionPolicies: readonly string[];
  /** All Kustomizations in the tenant's namespaces. */
  readonly kustomizations: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly ready: string;
    readonly serviceAccount: string;
  }[];
}

/** The kinds that `create tenant` writes with the label of the tenant, in the order in which it writes them. */
export const TENANT_KINDS: readonly KindRef[] = [
  { apiVersion: 'v1', kind: 'Namespace' },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' },
  { apiVersion: 'v1', kind: 'ResourceQuota' },
  { apiVersion: 'v1', kind: 'LimitRange' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy' },
  { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicyBinding' },
  { apiVersion: `${GROUP.source}/v1`, kind: 'GitRepository' },
  { apiVersion: `${GROUP.kustomize}/v1`, kind: 'Kustomization' },
];

/**
 * Reads all objects that carry the label of a tenant, in the order of `TENANT_KINDS`.
 *
 * Effects: reads the cluster
 *
 * @param name absent means of all tenants
 */
export async function readTenantObjects(reader: TenantReader, name?: string): Promise<K8sObject[]> {
  const labelSelector = name === undefined ? TENANT_LABEL : `${TENANT_LABEL}=${name}`;
  const lists = await Promise.all(TENANT_KINDS.map((kind) => listServed(reader, kind, { labelSelector })));
  return lists.flat();
}

/** Lists objects of a kind; none where the server does not know the kind. */
export async function listServed(
  reader: TenantReader,
  kind: KindRef,
  options: { namespace?: string; labelSelector?: string; metadataOnly?: boolean },
): Promise<K8sObject[]> {
  try {
    const { items } = await reader.list(kind, options);
    return items.map((item) => ({ ...item, ...kind }));
  } catch (error) {
    if (isFluxError(error, 'kube/unknown-kind')) return [];
    throw error;
  }
}

/**
 * Reads tenants: whatever has the label `toolkit.fluxcd.io/tenant`, and the Kustomizations of their namespaces.
 *
 * Effects: reads the cluster
 *
 * @param name absent means all
 */
export async function readTenants(reader: TenantReader, name?: string): Promise<Tenant[]> {
  const [objects, kustomizations] = await Promise.all([
    readTenantObjects(reader, name),
    listServed(reader, { apiVersion: `${GROUP.kustomize}/v1`, kind: 'Kustomization' }, {}),
  ]);
  const names = [...new Set(objects.map(tenantOf))].filter((found) => found !== '').sort();
  return names.map((one) =>
    describeTenant(
      one,
      objects.filter((object) => tenantOf(object) === one),
      kustomizations,
    ),
  );
}

/**
 * Reads one tenant.
 *
 * @throws {FluxError} tenant/not-found
 */
export async function readTenant(reader: TenantReader, name: string): Promise<Tenant> {
  const [tenant] = await readTenants(reader, name);
  if (tenant !== undefined) return tenant;
  throw new FluxError('tenant/not-found', `there is no tenant ${name}: nothing carries the label ${TENANT_LABEL}=${name}`, {
    hint: 'see those that there are: flux-ts get tenants',
  });
}

/** The tenant that an object carries the label of; empty where it carries none. */
function tenantOf(object: K8sObject): string {
  return object.metadata.labels?.[TENANT_LABEL] ?? '';
}

function describeTenant(name: string, objects: readonly K8sObject[], kustomizations: readonly K8sObject[]): Tenant {
  const of = (kind: string): K8sObject[] => objects.filter((object) => object.kind === kind);
  const placed = (kind: string): { namespace: string; name: string }[] =>
    of(kind).map(({ metadata }) => ({ namespace: metadata.namespace ?? '', name: metadata.name }));
  const own = of('Namespace');
  const places = new Set([
    ...own.map(({ metadata }) => metadata.name),
    ...[...of('ServiceAccount'), ...of('RoleBinding')].map(({ metadata }) => metadata.namespace ?? ''),
  ]);
  return {
    name,
    namespaces: [...places].map((place) => {
      const object = own.find(({ metadata }) => metadata.name === place);
      const podSecurity = object?.metadata.labels?.['pod-security.kubernetes.io/enforce'] ?? '';
      return { name: place, isOwn: object !== undefined, podSecurity };
    }),
    accounts: placed('ServiceAccount'),
    roles: of('RoleBinding')
      .filter(bindsAnAccount)
      .map((binding) => ({
        namespace: binding.metadata.namespace ?? '',
        kind: readText(binding, 'roleRef', 'kind'),
        name: readText(binding, 'roleRef', 'name'),
        binding: binding.metadata.name,
      })),
    quotas: of('ResourceQuota').map((quota) => ({
      namespace: quota.metadata.namespace ?? '',
      name: quota.metadata.name,
      hard: textsOf(readPath(quota, 'spec', 'hard')),
      used: textsOf(readPath(quota, 'status', 'used')),
    })),
    limitRanges: placed('LimitRange'),
    networkPolicies: placed('NetworkPolicy'),
    admissionPolicies: of('ValidatingAdmissionPolicy').map(({ metadata }) => metadata.name),
    kustomizations: kustomizations
      .filter(({ metadata }) => places.has(metadata.namespace ?? ''))
      .map((object) => ({
        namespace: object.metadata.namespace ?? '',
        name: object.metadata.name,
        ready: readText(readCondition(object, CONDITION.ready), 'status') || 'Unknown',
        serviceAccount: readText(object, 'spec', 'serviceAccountName'),
      })),
  };
}

/** Whether a binding gives an account of its own namespace something: others are for Flux's controllers. */
function bindsAnAccount(binding: K8sObject): boolean {
  return readList(binding, 'subjects').some(
    (subject) => readText(subject, 'kind') === 'ServiceAccount' && readText(subject, 'namespace') === binding.metadata.namespace,
  );
}

function textsOf(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, quantity]) => [key, String(quantity)]));
}

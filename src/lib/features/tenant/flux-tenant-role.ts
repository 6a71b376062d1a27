import { APP_LABEL, GROUP } from '../../core/flux.ts';
import type { JsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';

/** Name of the narrow ClusterRole that comes with this package. */
export const FLUX_TENANT_ROLE = 'flux-tenant';

const READ = ['get', 'list', 'watch'];
const WRITE = [...READ, 'create', 'update', 'patch', 'delete'];

/** One row per reason: what a tenant's repository commonly holds. Whatever is missing here is missing on purpose. */
const RULES: readonly (readonly [group: string, resources: readonly string[], verbs: readonly string[]])[] = [
  // What applications consist of.
  ['', ['configmaps', 'secrets', 'services', 'persistentvolumeclaims'], WRITE],
  ['apps', ['deployments', 'statefulsets', 'daemonsets'], WRITE],
  ['batch', ['jobs', 'cronjobs'], WRITE],
  ['autoscaling', ['horizontalpodautoscalers'], WRITE],
  ['policy', ['poddisruptionbudgets'], WRITE],
  ['networking.k8s.io', ['ingresses'], WRITE],
  // What waiting for their health reads.
  ['', ['pods', 'events', 'endpoints'], READ],
  ['apps', ['replicasets'], READ],
  // What Flux does for them. Which account it does it as is what the admission policies hold.
  [GROUP.source, ['gitrepositories', 'ocirepositories', 'helmrepositories', 'helmcharts', 'buckets'], WRITE],
  [GROUP.kustomize, ['kustomizations'], WRITE],
  [GROUP.helm, ['helmreleases'], WRITE],
  [GROUP.notification, ['alerts', 'providers', 'receivers'], WRITE],
  [GROUP.image, ['imagerepositories', 'imagepolicies', 'imageupdateautomations'], WRITE],
  // What bounds them: to be looked at only.
  ['', ['serviceaccounts', 'resourcequotas', 'limitranges'], READ],
  ['networking.k8s.io', ['networkpolicies'], READ],
  ['rbac.authorization.k8s.io', ['roles', 'rolebindings'], READ],
];

/**
 * Makes the ClusterRole `flux-tenant`: what a tenant's applications need, and nothing with which a tenant could give itself more
 * or take its bounds away: no roles, bindings, accounts or tokens, no quota, limit or network policy, no exec into pods. All
 * tenants share it, so it is no tenant's own.
 *
 * Effects: none
 */
export function makeFluxTenantRole(): K8sObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: FLUX_TENANT_ROLE, labels: { [APP_LABEL.managedBy]: 'flux-ts' } },
    rules: RULES.map(
      ([group, resources, verbs]): JsonObject => ({
        apiGroups: [group],
        resources: [...resources],
        verbs: [...verbs],
      }),
    ),
  };
}

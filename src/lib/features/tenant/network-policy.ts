import type { K8sObject } from '../../core/objects.ts';
import type { TenantPlace } from './limits.ts';

/** Name of the NetworkPolicy of a tenant's namespace. */
export const DEFAULT_DENY = 'default-deny';

/**
 * Makes the NetworkPolicy that cuts the pods of a namespace off from all others: neither in nor out, but for pods of the same
 * namespace, and for names (DNS of kube-system), without which nothing starts. What a tenant needs beyond that is one more
 * policy, since policies add up.
 *
 * Effects: none
 */
export function makeNetworkPolicy({ namespace, labels }: TenantPlace): K8sObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: DEFAULT_DENY, namespace, labels: { ...labels } },
    spec: {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: {} }] }],
      egress: [
        { to: [{ podSelector: {} }] },
        {
          to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
          ports: [
            { port: 53, protocol: 'UDP' },
            { port: 53, protocol: 'TCP' },
          ],
        },
      ],
    },
  };
}

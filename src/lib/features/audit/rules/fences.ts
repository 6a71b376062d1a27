import { TENANT_LABEL } from '../../../core/flux.ts';
import { isJsonObject } from '../../../core/json.ts';
import { type K8sObject, refOf } from '../../../core/objects.ts';
import { readList } from '../../../core/read-object.ts';
import { listOf } from '../grants.ts';
import type { AuditRule, Finding, Snapshot } from '../types.ts';

const ENFORCE = 'pod-security.kubernetes.io/enforce';

/** What fences namespaces in. */
export const FENCES: readonly AuditRule[] = [
  {
    id: 'P5',
    title: 'Namespaces enforce a pod security level',
    why: 'without one whoever may create Pods in a namespace may take over its node',
    needs: ['namespaces'],
    find: (snapshot) =>
      fenced(snapshot).flatMap((namespace): Finding[] => {
        const level = namespace.metadata.labels?.[ENFORCE];
        const isFlux = namespace.metadata.name === snapshot.fluxNamespace;
        if (level === 'restricted' || (level === 'baseline' && !isFlux)) return [];
        const wanted = isFlux ? 'restricted' : 'baseline';
        return [
          {
            severity: 'medium',
            subject: refOf(namespace),
            finding: level === undefined ? 'enforces no pod security level' : `enforces the pod security level ${level} only`,
            mend: `kubectl label namespace ${namespace.metadata.name} ${ENFORCE}=${wanted} --overwrite`,
          },
        ];
      }),
  },
  {
    id: 'M9',
    title: 'Network policies fence Flux and its tenants in',
    why: 'every Pod that reaches source-controller reads the artifacts of every tenant. That a policy is there does not prove that the network enforces it: try it once from a Pod of a tenant',
    needs: ['namespaces', 'networkPolicies'],
    find: findOpenNetworks,
  },
];

/** Flux's own namespace, and those of tenants. */
function fenced(snapshot: Snapshot): K8sObject[] {
  const appliedTo = new Set(
    [...listOf(snapshot, 'kustomizations'), ...listOf(snapshot, 'helmReleases')].map(({ metadata }) => metadata.namespace),
  );
  return listOf(snapshot, 'namespaces').filter(
    ({ metadata }) =>
      metadata.name === snapshot.fluxNamespace || metadata.labels?.[TENANT_LABEL] !== undefined || appliedTo.has(metadata.name),
  );
}

function findOpenNetworks(snapshot: Snapshot): Finding[] {
  return fenced(snapshot).flatMap((namespace): Finding[] => {
    const { name } = namespace.metadata;
    const policies = listOf(snapshot, 'networkPolicies').filter(({ metadata }) => metadata.namespace === name);
    const isFlux = name === snapshot.fluxNamespace;
    const subject = refOf(namespace);
    if (!policies.some((policy) => selectsAll(policy, 'Ingress'))) {
      return [
        {
          severity: isFlux ? 'high' : 'medium',
          subject,
          finding: 'no NetworkPolicy closes the ingress of all its Pods',
          mend: isFlux
            ? 'flux-ts install --network-policy writes those of Flux'
            : `apply the policy below, and then those that let in what has to come in`,
          manifests: isFlux ? [] : [denyIngress(name)],
        },
      ];
    }
    return [];
  });
}

function selectsAll(policy: K8sObject, type: string): boolean {
  const spec = isJsonObject(policy['spec']) ? policy['spec'] : {};
  const selector = isJsonObject(spec['podSelector']) ? spec['podSelector'] : {};
  const types = readList(spec, 'policyTypes');
  return Object.keys(selector).length === 0 && (types.length === 0 || types.includes(type));
}

function denyIngress(namespace: string): K8sObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'default-deny-ingress', namespace },
    spec: { podSelector: {}, policyTypes: ['Ingress'] },
  };
}

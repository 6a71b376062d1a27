import { type K8sObject, parseApiVersion } from '../../core/objects.ts';

/**
 * Names an object as kustomize does in its errors.
 *
 * Effects: none
 * Source: sigs.k8s.io/kustomize/kyaml resid
 *
 * @example formatKustomizeId(configMap) // 'ConfigMap.v1.[noGrp]/app'
 */
export function formatKustomizeId({ apiVersion, kind, metadata }: K8sObject): string {
  const { group, version } = parseApiVersion(apiVersion);
  return `${kind}.${version}.${group === '' ? '[noGrp]' : group}/${metadata.name}`;
}

// Generated from manifests/crds by `npm run generate`. Do not edit.
import type { K8sObject } from '../objects.ts';

/** `spec` of a HelmRepository. */
export type HelmRepositorySpec = {
  accessFrom?: {
    namespaceSelectors: Array<{
      matchLabels?: Record<string, string>;
    }>;
  };
  certSecretRef?: {
    name: string;
  };
  insecure?: boolean;
  interval?: string;
  passCredentials?: boolean;
  provider?: 'generic' | 'aws' | 'azure' | 'gcp';
  secretRef?: {
    name: string;
  };
  suspend?: boolean;
  timeout?: string;
  type?: 'default' | 'oci';
  url: string;
};

/** `status` of a HelmRepository. */
export type HelmRepositoryStatus = {
  artifact?: {
    digest: string;
    lastUpdateTime: string;
    metadata?: Record<string, string>;
    path: string;
    revision: string;
    size?: number;
    url: string;
  };
  conditions?: Array<{
    lastTransitionTime: string;
    message: string;
    observedGeneration?: number;
    reason: string;
    status: 'True' | 'False' | 'Unknown';
    type: string;
  }>;
  lastHandledReconcileAt?: string;
  observedGeneration?: number;
  url?: string;
};

/** A HelmRepository of source.toolkit.fluxcd.io/v1. */
export interface HelmRepository extends K8sObject {
  apiVersion: 'source.toolkit.fluxcd.io/v1';
  kind: 'HelmRepository';
  spec: HelmRepositorySpec;
  status?: HelmRepositoryStatus;
}

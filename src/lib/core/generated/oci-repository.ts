// Generated from manifests/crds by `npm run generate`. Do not edit.
import type { K8sObject } from '../objects.ts';

/** `spec` of a OCIRepository. */
export type OCIRepositorySpec = {
  certSecretRef?: {
    name: string;
  };
  ignore?: string;
  insecure?: boolean;
  interval: string;
  layerSelector?: {
    mediaType?: string;
    operation?: 'extract' | 'copy';
  };
  provider?: 'generic' | 'aws' | 'azure' | 'gcp';
  proxySecretRef?: {
    name: string;
  };
  ref?: {
    digest?: string;
    semver?: string;
    semverFilter?: string;
    tag?: string;
  };
  secretRef?: {
    name: string;
  };
  serviceAccountName?: string;
  suspend?: boolean;
  timeout?: string;
  url: string;
  verify?: {
    matchOIDCIdentity?: Array<{
      issuer: string;
      subject: string;
    }>;
    provider: 'cosign' | 'notation';
    secretRef?: {
      name: string;
    };
    trustedRootSecretRef?: {
      name: string;
    };
  };
};

/** `status` of a OCIRepository. */
export type OCIRepositoryStatus = {
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
  observedIgnore?: string;
  observedLayerSelector?: {
    mediaType?: string;
    operation?: 'extract' | 'copy';
  };
  url?: string;
};

/** An OCIRepository of source.toolkit.fluxcd.io/v1. */
export interface OCIRepository extends K8sObject {
  apiVersion: 'source.toolkit.fluxcd.io/v1';
  kind: 'OCIRepository';
  spec: OCIRepositorySpec;
  status?: OCIRepositoryStatus;
}

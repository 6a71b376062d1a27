// Generated from manifests/crds by `npm run generate`. Do not edit.
import type { K8sObject } from '../objects.ts';

/** `spec` of a ImageRepository. */
export type ImageRepositorySpec = {
  accessFrom?: {
    namespaceSelectors: Array<{
      matchLabels?: Record<string, string>;
    }>;
  };
  certSecretRef?: {
    name: string;
  };
  exclusionList?: string[];
  image: string;
  insecure?: boolean;
  interval: string;
  provider?: 'generic' | 'aws' | 'azure' | 'gcp';
  proxySecretRef?: {
    name: string;
  };
  secretRef?: {
    name: string;
  };
  serviceAccountName?: string;
  suspend?: boolean;
  timeout?: string;
};

/** `status` of a ImageRepository. */
export type ImageRepositoryStatus = {
  canonicalImageName?: string;
  conditions?: Array<{
    lastTransitionTime: string;
    message: string;
    observedGeneration?: number;
    reason: string;
    status: 'True' | 'False' | 'Unknown';
    type: string;
  }>;
  lastHandledReconcileAt?: string;
  lastScanResult?: {
    latestTags?: string[];
    revision?: string;
    scanTime?: string;
    tagCount: number;
  };
  observedExclusionList?: string[];
  observedGeneration?: number;
};

/** An ImageRepository of image.toolkit.fluxcd.io/v1. */
export interface ImageRepository extends K8sObject {
  apiVersion: 'image.toolkit.fluxcd.io/v1';
  kind: 'ImageRepository';
  spec: ImageRepositorySpec;
  status?: ImageRepositoryStatus;
}

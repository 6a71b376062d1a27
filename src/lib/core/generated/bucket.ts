// Generated from manifests/crds by `npm run generate`. Do not edit.
import type { K8sObject } from '../objects.ts';

/** `spec` of a Bucket. */
export type BucketSpec = {
  bucketName: string;
  certSecretRef?: {
    name: string;
  };
  endpoint: string;
  ignore?: string;
  insecure?: boolean;
  interval: string;
  prefix?: string;
  provider?: 'generic' | 'aws' | 'gcp' | 'azure';
  proxySecretRef?: {
    name: string;
  };
  region?: string;
  secretRef?: {
    name: string;
  };
  serviceAccountName?: string;
  sts?: {
    certSecretRef?: {
      name: string;
    };
    endpoint: string;
    provider: 'aws' | 'ldap';
    secretRef?: {
      name: string;
    };
  };
  suspend?: boolean;
  timeout?: string;
};

/** `status` of a Bucket. */
export type BucketStatus = {
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
  url?: string;
};

/** A Bucket of source.toolkit.fluxcd.io/v1. */
export interface Bucket extends K8sObject {
  apiVersion: 'source.toolkit.fluxcd.io/v1';
  kind: 'Bucket';
  spec: BucketSpec;
  status?: BucketStatus;
}

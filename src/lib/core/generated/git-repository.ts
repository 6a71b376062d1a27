// Generated from manifests/crds by `npm run generate`. Do not edit.
import type { K8sObject } from '../objects.ts';

/** `spec` of a GitRepository. */
export type GitRepositorySpec = {
  ignore?: string;
  include?: Array<{
    fromPath?: string;
    repository: {
      name: string;
    };
    toPath?: string;
  }>;
  interval: string;
  provider?: 'generic' | 'aws' | 'azure' | 'github';
  proxySecretRef?: {
    name: string;
  };
  recurseSubmodules?: boolean;
  ref?: {
    branch?: string;
    commit?: string;
    name?: string;
    semver?: string;
    tag?: string;
  };
  secretRef?: {
    name: string;
  };
  serviceAccountName?: string;
  sparseCheckout?: string[];
  suspend?: boolean;
  timeout?: string;
  url: string;
  verify?: {
    mode?: 'head' | 'HEAD' | 'Tag' | 'TagAndHEAD';
    secretRef: {
      name: string;
    };
  };
};

/** `status` of a GitRepository. */
export type GitRepositoryStatus = {
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
  includedArtifacts?: Array<{
    digest: string;
    lastUpdateTime: string;
    metadata?: Record<string, string>;
    path: string;
    revision: string;
    size?: number;
    url: string;
  }>;
  lastHandledReconcileAt?: string;
  observedGeneration?: number;
  observedIgnore?: string;
  observedInclude?: Array<{
    fromPath?: string;
    repository: {
      name: string;
    };
    toPath?: string;
  }>;
  observedRecurseSubmodules?: boolean;
  observedSparseCheckout?: string[];
  sourceVerificationMode?: string;
};

/** A GitRepository of source.toolkit.fluxcd.io/v1. */
export interface GitRepository extends K8sObject {
  apiVersion: 'source.toolkit.fluxcd.io/v1';
  kind: 'GitRepository';
  spec: GitRepositorySpec;
  status?: GitRepositoryStatus;
}

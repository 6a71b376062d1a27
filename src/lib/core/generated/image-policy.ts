// Generated from manifests/crds by `npm run generate`. Do not edit.
import type { K8sObject } from '../objects.ts';

/** `spec` of a ImagePolicy. */
export type ImagePolicySpec = {
  digestReflectionPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  filterTags?: {
    extract?: string;
    pattern?: string;
  };
  imageRepositoryRef: {
    name: string;
    namespace?: string;
  };
  interval?: string;
  policy: {
    alphabetical?: {
      order?: 'asc' | 'desc';
    };
    numerical?: {
      order?: 'asc' | 'desc';
    };
    semver?: {
      range: string;
    };
  };
  suspend?: boolean;
};

/** `status` of a ImagePolicy. */
export type ImagePolicyStatus = {
  conditions?: Array<{
    lastTransitionTime: string;
    message: string;
    observedGeneration?: number;
    reason: string;
    status: 'True' | 'False' | 'Unknown';
    type: string;
  }>;
  lastHandledReconcileAt?: string;
  latestRef?: {
    digest?: string;
    name: string;
    tag: string;
  };
  observedGeneration?: number;
  observedPreviousRef?: {
    digest?: string;
    name: string;
    tag: string;
  };
};

/** An ImagePolicy of image.toolkit.fluxcd.io/v1. */
export interface ImagePolicy extends K8sObject {
  apiVersion: 'image.toolkit.fluxcd.io/v1';
  kind: 'ImagePolicy';
  spec: ImagePolicySpec;
  status?: ImagePolicyStatus;
}

// Generated from manifests/crds by `npm run generate`. Do not edit.
import type { K8sObject } from '../objects.ts';

/** `spec` of a ImageUpdateAutomation. */
export type ImageUpdateAutomationSpec = {
  git?: {
    checkout?: {
      ref: {
        branch?: string;
        commit?: string;
        name?: string;
        semver?: string;
        tag?: string;
      };
    };
    commit: {
      author: {
        email: string;
        name?: string;
      };
      messageTemplate?: string;
      messageTemplateValues?: Record<string, string>;
      signingKey?: {
        secretRef: {
          name: string;
        };
        type?: 'gpg' | 'ssh';
      };
    };
    push?: {
      branch?: string;
      options?: Record<string, string>;
      refspec?: string;
    };
  };
  interval: string;
  policySelector?: {
    matchExpressions?: Array<{
      key: string;
      operator: string;
      values?: string[];
    }>;
    matchLabels?: Record<string, string>;
  };
  sourceRef: {
    apiVersion?: string;
    kind: 'GitRepository';
    name: string;
    namespace?: string;
  };
  suspend?: boolean;
  update?: {
    path?: string;
    strategy?: 'Setters';
  };
};

/** `status` of a ImageUpdateAutomation. */
export type ImageUpdateAutomationStatus = {
  conditions?: Array<{
    lastTransitionTime: string;
    message: string;
    observedGeneration?: number;
    reason: string;
    status: 'True' | 'False' | 'Unknown';
    type: string;
  }>;
  lastAutomationRunTime?: string;
  lastHandledReconcileAt?: string;
  lastPushCommit?: string;
  lastPushTime?: string;
  observedGeneration?: number;
  observedPolicies?: Record<
    string,
    {
      digest?: string;
      name: string;
      tag: string;
    }
  >;
  observedSourceRevision?: string;
};

/** An ImageUpdateAutomation of image.toolkit.fluxcd.io/v1. */
export interface ImageUpdateAutomation extends K8sObject {
  apiVersion: 'image.toolkit.fluxcd.io/v1';
  kind: 'ImageUpdateAutomation';
  spec: ImageUpdateAutomationSpec;
  status?: ImageUpdateAutomationStatus;
}

// Generated from manifests/crds by `npm run generate`. Do not edit.
import type { K8sObject } from '../objects.ts';

/** `spec` of a Receiver. */
export type ReceiverSpec = {
  events?: string[];
  interval?: string;
  oidcProviders?: Array<{
    audience?: string;
    issuerURL: string;
    validations: Array<{
      expression: string;
      message: string;
    }>;
    variables?: Array<{
      expression: string;
      name: string;
    }>;
  }>;
  resourceFilter?: string;
  resources: Array<{
    apiVersion?: string;
    filter?: string;
    kind:
      | 'Bucket'
      | 'GitRepository'
      | 'Kustomization'
      | 'HelmRelease'
      | 'HelmChart'
      | 'HelmRepository'
      | 'ImageRepository'
      | 'ImagePolicy'
      | 'ImageUpdateAutomation'
      | 'OCIRepository'
      | 'ArtifactGenerator'
      | 'ExternalArtifact';
    matchLabels?: Record<string, string>;
    name: string;
    namespace?: string;
  }>;
  secretRef?: {
    name: string;
  };
  suspend?: boolean;
  type:
    | 'generic'
    | 'generic-hmac'
    | 'generic-oidc'
    | 'github'
    | 'gitlab'
    | 'bitbucket'
    | 'harbor'
    | 'dockerhub'
    | 'quay'
    | 'gcr'
    | 'nexus'
    | 'acr'
    | 'cdevents';
};

/** `status` of a Receiver. */
export type ReceiverStatus = {
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
  webhookPath?: string;
};

/** A Receiver of notification.toolkit.fluxcd.io/v1. */
export interface Receiver extends K8sObject {
  apiVersion: 'notification.toolkit.fluxcd.io/v1';
  kind: 'Receiver';
  spec: ReceiverSpec;
  status?: ReceiverStatus;
}

// Generated from manifests/crds by `npm run generate`. Do not edit.
import type { K8sObject } from '../objects.ts';

/** `spec` of a Kustomization. */
export type KustomizationSpec = {
  buildMetadata?: Array<'originAnnotations' | 'transformerAnnotations'>;
  commonMetadata?: {
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
  };
  components?: string[];
  decryption?: {
    provider: 'sops';
    secretRef?: {
      name: string;
    };
    serviceAccountName?: string;
  };
  deletionPolicy?: 'MirrorPrune' | 'Delete' | 'WaitForTermination' | 'Orphan';
  dependsOn?: Array<{
    name: string;
    namespace?: string;
    readyExpr?: string;
  }>;
  force?: boolean;
  healthCheckExprs?: Array<{
    apiVersion: string;
    current: string;
    failed?: string;
    inProgress?: string;
    kind?: string;
  }>;
  healthChecks?: Array<{
    apiVersion?: string;
    kind: string;
    name: string;
    namespace?: string;
  }>;
  ignore?: Array<{
    paths: string[];
    target?: {
      annotationSelector?: string;
      group?: string;
      kind?: string;
      labelSelector?: string;
      name?: string;
      namespace?: string;
      version?: string;
    };
  }>;
  ignoreMissingComponents?: boolean;
  images?: Array<{
    digest?: string;
    name: string;
    newName?: string;
    newTag?: string;
  }>;
  interval: string;
  kubeConfig?: {
    configMapRef?: {
      name: string;
    };
    secretRef?: {
      key?: string;
      name: string;
    };
  };
  namePrefix?: string;
  nameSuffix?: string;
  patches?: Array<{
    patch: string;
    target?: {
      annotationSelector?: string;
      group?: string;
      kind?: string;
      labelSelector?: string;
      name?: string;
      namespace?: string;
      version?: string;
    };
  }>;
  path?: string;
  postBuild?: {
    substitute?: Record<string, string>;
    substituteFrom?: Array<{
      kind: 'Secret' | 'ConfigMap';
      name: string;
      optional?: boolean;
    }>;
    substituteStrategy?: 'WithVariables' | 'Always';
  };
  prune: boolean;
  retryInterval?: string;
  serviceAccountName?: string;
  sourceRef: {
    apiVersion?: string;
    kind: 'OCIRepository' | 'GitRepository' | 'Bucket' | 'ExternalArtifact';
    name: string;
    namespace?: string;
  };
  suspend?: boolean;
  targetNamespace?: string;
  timeout?: string;
  wait?: boolean;
};

/** `status` of a Kustomization. */
export type KustomizationStatus = {
  conditions?: Array<{
    lastTransitionTime: string;
    message: string;
    observedGeneration?: number;
    reason: string;
    status: 'True' | 'False' | 'Unknown';
    type: string;
  }>;
  history?: Array<{
    digest: string;
    firstReconciled: string;
    lastReconciled: string;
    lastReconciledDuration: string;
    lastReconciledStatus: string;
    metadata?: Record<string, string>;
    totalReconciliations: number;
  }>;
  inventory?: {
    entries: Array<{
      id: string;
      v: string;
    }>;
  };
  lastAppliedOriginRevision?: string;
  lastAppliedRevision?: string;
  lastAttemptedRevision?: string;
  lastHandledReconcileAt?: string;
  observedGeneration?: number;
};

/** A Kustomization of kustomize.toolkit.fluxcd.io/v1. */
export interface Kustomization extends K8sObject {
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1';
  kind: 'Kustomization';
  spec: KustomizationSpec;
  status?: KustomizationStatus;
}

// Generated from manifests/crds by `npm run generate`. Do not edit.
import type { K8sObject } from '../objects.ts';

/** `spec` of a ArtifactGenerator. */
export type ArtifactGeneratorSpec = {
  artifacts: Array<{
    copy: Array<{
      exclude?: string[];
      from: string;
      strategy?: 'Overwrite' | 'Merge' | 'Extract';
      to: string;
    }>;
    name: string;
    originRevision?: string;
    revision?: string;
  }>;
  commonMetadata?: {
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
  };
  pathPattern?: string;
  sources: Array<{
    alias: string;
    kind: 'Bucket' | 'GitRepository' | 'OCIRepository' | 'HelmChart' | 'ExternalArtifact';
    name: string;
    namespace?: string;
  }>;
};

/** `status` of a ArtifactGenerator. */
export type ArtifactGeneratorStatus = {
  conditions?: Array<{
    lastTransitionTime: string;
    message: string;
    observedGeneration?: number;
    reason: string;
    status: 'True' | 'False' | 'Unknown';
    type: string;
  }>;
  inventory?: Array<{
    digest: string;
    filename: string;
    name: string;
    namespace: string;
  }>;
  lastHandledReconcileAt?: string;
  observedSourcesDigest?: string;
};

/** An ArtifactGenerator of source.extensions.fluxcd.io/v1beta1. */
export interface ArtifactGenerator extends K8sObject {
  apiVersion: 'source.extensions.fluxcd.io/v1beta1';
  kind: 'ArtifactGenerator';
  spec: ArtifactGeneratorSpec;
  status?: ArtifactGeneratorStatus;
}

// Generated from manifests/crds by `npm run generate`. Do not edit.
import type { K8sObject } from '../objects.ts';

/** `spec` of a ExternalArtifact. */
export type ExternalArtifactSpec = {
  sourceRef?: {
    apiVersion?: string;
    kind: string;
    name: string;
    namespace?: string;
  };
};

/** `status` of a ExternalArtifact. */
export type ExternalArtifactStatus = {
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
};

/** An ExternalArtifact of source.toolkit.fluxcd.io/v1. */
export interface ExternalArtifact extends K8sObject {
  apiVersion: 'source.toolkit.fluxcd.io/v1';
  kind: 'ExternalArtifact';
  spec: ExternalArtifactSpec;
  status?: ExternalArtifactStatus;
}

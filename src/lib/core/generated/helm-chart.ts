// Generated from manifests/crds by `npm run generate`. Do not edit.
import type { K8sObject } from '../objects.ts';

/** `spec` of a HelmChart. */
export type HelmChartSpec = {
  chart: string;
  ignoreMissingValuesFiles?: boolean;
  interval: string;
  reconcileStrategy?: 'ChartVersion' | 'Revision';
  sourceRef: {
    apiVersion?: string;
    kind: 'HelmRepository' | 'GitRepository' | 'Bucket';
    name: string;
  };
  suspend?: boolean;
  valuesFiles?: string[];
  verify?: {
    matchOIDCIdentity?: Array<{
      issuer: string;
      subject: string;
    }>;
    provider: 'cosign' | 'notation';
    secretRef?: {
      name: string;
    };
  };
  version?: string;
};

/** `status` of a HelmChart. */
export type HelmChartStatus = {
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
  observedChartName?: string;
  observedGeneration?: number;
  observedSourceArtifactRevision?: string;
  observedValuesFiles?: string[];
  url?: string;
};

/** A HelmChart of source.toolkit.fluxcd.io/v1. */
export interface HelmChart extends K8sObject {
  apiVersion: 'source.toolkit.fluxcd.io/v1';
  kind: 'HelmChart';
  spec: HelmChartSpec;
  status?: HelmChartStatus;
}

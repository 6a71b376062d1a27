// Generated from manifests/crds by `npm run generate`. Do not edit.
import type { K8sObject } from '../objects.ts';

/** `spec` of a Alert. */
export type AlertSpec = {
  eventMetadata?: Record<string, string>;
  eventSeverity?: 'info' | 'error';
  eventSources: Array<{
    apiVersion?: string;
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
  exclusionList?: string[];
  inclusionList?: string[];
  providerRef: {
    name: string;
  };
  summary?: string;
  suspend?: boolean;
};

/** An Alert of notification.toolkit.fluxcd.io/v1beta3. */
export interface Alert extends K8sObject {
  apiVersion: 'notification.toolkit.fluxcd.io/v1beta3';
  kind: 'Alert';
  spec: AlertSpec;
}

// Generated from manifests/crds by `npm run generate`. Do not edit.
export type { Alert, AlertSpec } from './alert.ts';
export type { ArtifactGenerator, ArtifactGeneratorSpec, ArtifactGeneratorStatus } from './artifact-generator.ts';
export type { Bucket, BucketSpec, BucketStatus } from './bucket.ts';
export type { ExternalArtifact, ExternalArtifactSpec, ExternalArtifactStatus } from './external-artifact.ts';
export type { GitRepository, GitRepositorySpec, GitRepositoryStatus } from './git-repository.ts';
export type { HelmChart, HelmChartSpec, HelmChartStatus } from './helm-chart.ts';
export type { HelmRelease, HelmReleaseSpec, HelmReleaseStatus } from './helm-release.ts';
export type { HelmRepository, HelmRepositorySpec, HelmRepositoryStatus } from './helm-repository.ts';
export type { ImagePolicy, ImagePolicySpec, ImagePolicyStatus } from './image-policy.ts';
export type { ImageRepository, ImageRepositorySpec, ImageRepositoryStatus } from './image-repository.ts';
export type { ImageUpdateAutomation, ImageUpdateAutomationSpec, ImageUpdateAutomationStatus } from './image-update-automation.ts';
export type { Kustomization, KustomizationSpec, KustomizationStatus } from './kustomization.ts';
export type { OCIRepository, OCIRepositorySpec, OCIRepositoryStatus } from './oci-repository.ts';
export type { Provider, ProviderSpec } from './provider.ts';
export type { Receiver, ReceiverSpec, ReceiverStatus } from './receiver.ts';

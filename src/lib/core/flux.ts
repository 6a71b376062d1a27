/**
 * Flux's own names, each once, with its home upstream.
 */

/** The Flux version whose behaviour, manifests and images this release follows. */
export const FLUX_VERSION = 'v2.9.4';

/** The version of this program; a check holds it to package.json. */
export const FLUX_TS_VERSION = '0.1.0';

/** Version of what the catalogues of plugins and their receipts are written in. Source: fluxcd/flux2 pkg/plugin/types.go. */
export const PLUGIN_API_VERSION = 'cli.fluxcd.io/v1beta1';

/** Where the Flux project keeps its catalogue of plugins. Source: fluxcd/flux2 internal/plugin/catalog.go. */
export const PLUGIN_CATALOG_URL = 'https://github.com/fluxcd/plugins/releases/latest/download/';

/** Default namespace of the controllers. */
export const FLUX_NAMESPACE = 'flux-system';

/** API groups. */
export const GROUP = {
  source: 'source.toolkit.fluxcd.io',
  kustomize: 'kustomize.toolkit.fluxcd.io',
  helm: 'helm.toolkit.fluxcd.io',
  notification: 'notification.toolkit.fluxcd.io',
  image: 'image.toolkit.fluxcd.io',
  sourceExtensions: 'source.extensions.fluxcd.io',
} as const;

/** What the names of most of Flux's API groups end in. */
export const TOOLKIT_GROUPS = 'toolkit.fluxcd.io';

/** Finalizer of every Flux object that has something to clean up. */
export const FINALIZER = 'finalizers.fluxcd.io';

/** Annotations of fluxcd/pkg apis/meta. */
export const ANNOTATION = {
  reconcileRequestedAt: 'reconcile.fluxcd.io/requestedAt',
  reconcileForceAt: 'reconcile.fluxcd.io/forceAt',
  reconcileResetAt: 'reconcile.fluxcd.io/resetAt',
  watch: 'reconcile.fluxcd.io/watch',
  webhook: 'notification.toolkit.fluxcd.io/webhook',
  eventPrefix: 'event.toolkit.fluxcd.io/',
} as const;

/** Where kubectl records what it last applied. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Labels and annotations under the kustomize group; kustomize-controller api/v1/kustomization_types.go. */
export const KUSTOMIZE = {
  nameLabel: 'kustomize.toolkit.fluxcd.io/name',
  namespaceLabel: 'kustomize.toolkit.fluxcd.io/namespace',
  reconcile: 'kustomize.toolkit.fluxcd.io/reconcile',
  prune: 'kustomize.toolkit.fluxcd.io/prune',
  force: 'kustomize.toolkit.fluxcd.io/force',
  ssa: 'kustomize.toolkit.fluxcd.io/ssa',
  substitute: 'kustomize.toolkit.fluxcd.io/substitute',
  decrypt: 'kustomize.toolkit.fluxcd.io/decrypt',
  checksum: 'kustomize.toolkit.fluxcd.io/checksum',
} as const;

/** Label that `create tenant' puts on what it makes. */
export const TENANT_LABEL = 'toolkit.fluxcd.io/tenant';

/** Label of a Namespace with which the platform lets a tenant's objects have `spec.kubeConfig`; ours. */
export const ALLOW_KUBECONFIG_LABEL = 'toolkit.fluxcd.io/allow-kubeconfig';

/** Labels under helm's group. */
export const HELM = { nameLabel: 'helm.toolkit.fluxcd.io/name', namespaceLabel: 'helm.toolkit.fluxcd.io/namespace' } as const;

/** Well-known Kubernetes labels that Flux puts on its own parts. */
export const APP_LABEL = {
  instance: 'app.kubernetes.io/instance',
  version: 'app.kubernetes.io/version',
  partOf: 'app.kubernetes.io/part-of',
  component: 'app.kubernetes.io/component',
  managedBy: 'app.kubernetes.io/managed-by',
} as const;

/** Field managers, each as upstream writes it. */
export const FIELD_MANAGER = {
  /** The flux CLI's own applies (install, bootstrap). */
  cli: 'flux',
  /** What a Kustomization applies. */
  kustomize: 'kustomize-controller',
  /** A Kustomization's own status and finalizer. */
  kustomizeStatus: 'gotk-kustomize-controller',
  /** A source's own status and finalizer. */
  source: 'source-controller',
} as const;

/** Leader election Leases; fluxcd/pkg runtime/leaderelection. */
export const LEASE = {
  source: 'source-controller-leader-election',
  kustomize: 'kustomize-controller-leader-election',
} as const;

/** Condition types; fluxcd/pkg apis/meta and each controller's api. */
export const CONDITION = {
  ready: 'Ready',
  reconciling: 'Reconciling',
  stalled: 'Stalled',
  healthy: 'Healthy',
  fetchFailed: 'FetchFailed',
  artifactInStorage: 'ArtifactInStorage',
  artifactOutdated: 'ArtifactOutdated',
  storageOperationFailed: 'StorageOperationFailed',
  includeUnavailable: 'IncludeUnavailable',
  sourceVerified: 'SourceVerified',
} as const;

/** Condition reasons; fluxcd/pkg apis/meta and each controller's api. */
export const REASON = {
  succeeded: 'Succeeded',
  failed: 'Failed',
  progressing: 'Progressing',
  progressingWithRetry: 'ProgressingWithRetry',
  suspended: 'Suspended',
  reconciliationSucceeded: 'ReconciliationSucceeded',
  reconciliationFailed: 'ReconciliationFailed',
  artifactFailed: 'ArtifactFailed',
  buildFailed: 'BuildFailed',
  dependencyNotReady: 'DependencyNotReady',
  sourceNotReady: 'SourceNotReady',
  pruneFailed: 'PruneFailed',
  healthCheckFailed: 'HealthCheckFailed',
  accessDenied: 'AccessDenied',
  invalidCel: 'InvalidCELExpression',
  gitOperationSucceeded: 'GitOperationSucceeded',
  gitOperationFailed: 'GitOperationFailed',
  authenticationFailed: 'AuthenticationFailed',
  emptyGitRepository: 'EmptyGitRepository',
  newRevision: 'NewRevision',
  newArtifact: 'NewArtifact',
  artifactUpToDate: 'ArtifactUpToDate',
  invalidUrl: 'URLInvalid',
  invalidProvider: 'InvalidProviderConfiguration',
  featureGateDisabled: 'FeatureGateDisabled',
  includeChange: 'IncludeChange',
  noArtifact: 'NoArtifact',
  notFound: 'NotFound',
  copyFailure: 'CopyFailure',
  illegalPath: 'IllegalPath',
  archiveOperationFailed: 'ArchiveOperationFailed',
} as const;

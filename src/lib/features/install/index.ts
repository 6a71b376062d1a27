export { type AppliedObject, applyObjects, summarizeActions } from './apply-objects.ts';
export { check, CHECK_VIEW, type CheckItem, type CheckOptions, type CheckResult, KUBERNETES_CONSTRAINT } from './check.ts';
export { type Component, COMPONENTS, DEFAULT_COMPONENTS } from './components.ts';
export { checkNamespaces } from './check-namespaces.ts';
export { confirmOverride } from './confirm-override.ts';
export { install, INSTALL_VIEW, type InstallOptions, type InstallResult, type InstallWorld } from './install.ts';
export { checkRenderOptions, DEFAULT_RENDER_OPTIONS, type RenderOptions, selectComponents, versionOf } from './options.ts';
export type { InstallPorts, ReadyReport } from './ports.ts';
export {
  DEFAULT_PROFILE,
  FALLBACK_ACCOUNT,
  PLATFORM_ACCOUNT,
  type ProfileOptions,
  RBAC_PROFILES,
  type RbacProfile,
  selfAccountOf,
} from './profiles.ts';
export { listLockdownArgs } from './lockdown.ts';
export { type NamespaceAccessOptions, renderNamespaceAccess } from './namespace-access.ts';
export { renderLockdownPolicies } from './lockdown-policies.ts';
export { removeOtherProfiles } from './remove-other-profiles.ts';
export { makePullSecret } from './pull-secret.ts';
export { type ClusterInfo, formatDistribution, isManagedByFlux, readClusterInfo } from './read-cluster-info.ts';
export { type CustomManifests, GENERATED_WARNING, renderInstall, type RenderedInstall } from './render-install.ts';
export { uninstall, UNINSTALL_VIEW, type UninstallEntry, type UninstallOptions, type UninstallResult } from './uninstall.ts';
export { upsertSecret } from './upsert-secret.ts';
export { verifyComponents } from './verify-components.ts';
export { clientVersions, readVersions, type Versions } from './version.ts';

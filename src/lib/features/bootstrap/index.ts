export { bootstrapGit, BOOTSTRAP_VIEW, type BootstrapResult } from './bootstrap-git.ts';
export { bootstrapForge, type ForgeBootstrapResult, type ForgeBootstrapWorld } from './bootstrap-forge.ts';
export { checkJobToken } from './check-job-token.ts';
export { checkForgeOptions, type ForgeBootstrapOptions } from './forge-options.ts';
export { type AppLogin, type AppOptions, logInAsApp } from './log-in-as-app.ts';
export type { Proposal } from './propose-changes.ts';
export type { PushedCommit } from './commit-files.ts';
export {
  type BootstrapOptions,
  checkBootstrapOptions,
  DEFAULT_BOOTSTRAP_OPTIONS,
  folderOf,
  normalizeSyncPath,
  usesToken,
} from './options.ts';
export { planSource, type SourcePlan } from './plan-source.ts';
export type { BootstrapWorld, CloudPort, GitPort } from './ports.ts';
export { checkSigningFlags, type SigningFlags } from './signing-flags.ts';
export type { SecretOutcome } from './reconcile-secret.ts';
export { type BootstrapFile, formatBootstrapFiles, renderBootstrap } from './render-bootstrap.ts';
export { makeSyncObjects } from './render-sync.ts';

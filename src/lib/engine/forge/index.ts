export { apiBaseOf, openForge, webBaseOf } from './open-forge.ts';
export { isSameKey } from './read-answer.ts';
export { type ForgeSendOptions, makeForgeSend } from './send-https.ts';
export { FORGE_NAMES } from './types.ts';
export type {
  DeployKey,
  Forge,
  ForgeAnswer,
  ForgeIdentity,
  ForgeName,
  ForgeOptions,
  ForgePorts,
  ForgeRepository,
  ForgeRequest,
  PullRequestDraft,
  RepositoryRef,
  RepositorySettings,
  Visibility,
} from './types.ts';

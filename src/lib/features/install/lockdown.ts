import { FALLBACK_ACCOUNT, type ProfileOptions } from './profiles.ts';

/** Gates that a flag of ours needs. */
const WATCHERS_OFF = 'DisableConfigWatchers=true';
const OBJECT_IDENTITY = 'ObjectLevelWorkloadIdentity=true';

/** Controllers that act on behalf of others. */
const APPLIERS: readonly string[] = ['kustomize-controller', 'helm-controller'];

/** Controllers that watch the metadata of all Secrets and ConfigMaps unless they are told not to. */
const CONFIG_WATCHERS: readonly string[] = [...APPLIERS, 'notification-controller'];

/** Controllers that log in to clouds; the others have no gate for it. */
const CLOUD_USERS: readonly string[] = [
  'source-controller',
  ...CONFIG_WATCHERS,
  'image-reflector-controller',
  'image-automation-controller',
];

/** source-controller has none: its references cannot name a namespace. */
const REFERRING: readonly string[] = [...CLOUD_USERS.filter((name) => name !== 'source-controller'), 'source-watcher'];

/**
 * Lists the arguments by which a profile, `--multi-tenant` and a source account differ from what Flux ships, gates last and in
 * one argument.
 *
 * The default accounts for cloud logins are a start-up error without the gate ObjectLevelWorkloadIdentity, so they come
 * with it; those that act need none.
 *
 * Effects: none
 * Source: fluxcd/pkg runtime/acl/flags.go, auth/controller_options.go; main.go of each controller
 *
 * @param name of a controller
 * @param components all that are installed: source-watcher turns a gate on in others
 * @example listLockdownArgs('source-watcher', { rbac: 'standard', multiTenant: true }, []) // ['--no-cross-namespace-refs=true']
 */
export function listLockdownArgs(
  name: string,
  { rbac, multiTenant, sourceAccount = '' }: Pick<ProfileOptions, 'rbac' | 'multiTenant' | 'sourceAccount'>,
  components: readonly string[],
): string[] {
  const isNarrow = rbac !== 'standard';
  const actsForOthers = APPLIERS.includes(name);
  const args: string[] = [];
  const gates: string[] = [];
  if (multiTenant && REFERRING.includes(name)) args.push('--no-cross-namespace-refs=true');
  if (multiTenant && name === 'kustomize-controller') args.push('--no-remote-bases=true');
  // In a narrow profile nothing may run with the rights of the controller itself: those are for its own work.
  if (actsForOthers && (multiTenant || isNarrow)) args.push(`--default-service-account=${FALLBACK_ACCOUNT}`);
  if (multiTenant && CLOUD_USERS.includes(name)) {
    if (name === 'kustomize-controller') args.push(`--default-decryption-service-account=${FALLBACK_ACCOUNT}`);
    args.push(`--default-${actsForOthers ? 'kubeconfig-' : ''}service-account=${FALLBACK_ACCOUNT}`);
  }
  if (actsForOthers && components.includes('source-watcher')) gates.push('ExternalArtifact=true');
  if (isNarrow && CONFIG_WATCHERS.includes(name)) gates.push(WATCHERS_OFF);
  const actsInClouds = multiTenant ? CLOUD_USERS.includes(name) : sourceAccount !== '' && name === 'source-controller';
  if (actsInClouds) gates.push(OBJECT_IDENTITY);
  return gates.length === 0 ? args : [...args, `--feature-gates=${gates.join(',')}`];
}

import { boolean, choice, type Flag, type FlagValues, string, strings } from '../../lib/cli/flags.ts';
import {
  type CustomManifests,
  type InstallPorts,
  RBAC_PROFILES,
  type RbacProfile,
  type RenderOptions,
} from '../../lib/features/install/index.ts';
import type { Context } from '../../lib/context.ts';

/** The flags that `install` and `bootstrap` share. */
export const INSTALL_FLAGS: {
  readonly 'cluster-domain': Flag<string>;
  readonly components: Flag<readonly string[]>;
  readonly 'components-extra': Flag<readonly string[]>;
  readonly force: Flag<boolean>;
  readonly 'image-pull-secret': Flag<string>;
  readonly 'log-level': Flag<'debug' | 'info' | 'error' | ''>;
  readonly manifests: Flag<string>;
  readonly 'multi-tenant': Flag<boolean>;
  readonly 'network-policy': Flag<boolean>;
  readonly rbac: Flag<RbacProfile | ''>;
  readonly registry: Flag<string>;
  readonly 'registry-creds': Flag<string>;
  readonly 'toleration-keys': Flag<readonly string[]>;
  readonly version: Flag<string>;
  readonly 'watch-all-namespaces': Flag<boolean>;
  readonly 'watch-namespaces': Flag<readonly string[]>;
} = {
  'cluster-domain': string({ default: 'cluster.local', description: 'DNS domain of the cluster' }),
  components: strings({
    default: ['source-controller', 'kustomize-controller', 'helm-controller', 'notification-controller'],
    description: 'controllers to install',
  }),
  'components-extra': strings({
    description: 'further ones: image-reflector-controller, image-automation-controller, source-watcher',
  }),
  force: boolean({ description: 'takes over what another tool installed, without asking' }),
  'image-pull-secret': string({ description: 'secret for the registry of the images' }),
  'log-level': choice({
    options: ['debug', 'info', 'error'],
    default: 'info',
    description: 'how much the controllers log',
    refuse: (text) =>
      text === ''
        ? 'no log level given, must be one of: debug, info, error'
        : `unsupported log level '${text}', must be one of: debug, info, error`,
  }),
  manifests: string({ description: 'folder with manifests to build instead of our own', hidden: true }),
  'multi-tenant': boolean({
    description:
      'locks tenants in: no references into other namespaces, no remote bases, accounts without rights where none is named, admission policies',
  }),
  'network-policy': boolean({ default: true, description: 'keeps other namespaces from reaching the controllers' }),
  rbac: choice({
    options: RBAC_PROFILES,
    default: 'standard',
    description:
      'rights of the controllers: standard is what Flux ships; least-privilege is a role for each, which acts as named accounts only; namespaced is the same in single namespaces',
  }),
  registry: string({ default: 'ghcr.io/fluxcd', description: 'registry of the images' }),
  'registry-creds': string({ description: 'user:password, stored as the image pull secret' }),
  'toleration-keys': strings({ description: 'taint that the controllers bear; can be repeated' }),
  version: string({ short: 'v', description: 'version of Flux' }),
  'watch-all-namespaces': boolean({ default: true, description: 'watches all namespaces, not only that of the controllers' }),
  'watch-namespaces': strings({
    description: 'namespaces to work for besides that of the controllers, with --rbac=namespaced; can be repeated',
  }),
};

/** How the controllers are to be set up, from the flags. */
export function renderOptionsOf(flags: FlagValues<typeof INSTALL_FLAGS>, namespace: string): RenderOptions {
  return {
    namespace,
    version: flags.version,
    components: flags.components,
    componentsExtra: flags['components-extra'],
    registry: flags.registry,
    imagePullSecret: flags['image-pull-secret'],
    registryCreds: flags['registry-creds'],
    tolerationKeys: flags['toleration-keys'],
    watchAllNamespaces: flags['watch-all-namespaces'],
    networkPolicy: flags['network-policy'],
    logLevel: flags['log-level'] || 'info',
    clusterDomain: flags['cluster-domain'],
    rbac: flags.rbac || 'standard',
    watchNamespaces: flags['watch-namespaces'],
    multiTenant: flags['multi-tenant'],
    selfManaged: false,
  };
}

/** The folder of `--manifests`, where it was given. */
export async function customManifestsOf(folder: string, context: Context): Promise<{ customManifests?: CustomManifests }> {
  return folder === '' ? {} : { customManifests: { tree: await context.openFolder(folder), path: '/' } };
}

/** What installing needs of the world. */
export async function installPortsOf(context: Context, yes: boolean): Promise<InstallPorts> {
  return {
    kube: await context.kube(),
    clock: context.clock,
    progress: context.progress,
    confirm: (question) => (yes ? Promise.resolve(true) : context.confirm(question)),
    signal: context.signal,
  };
}

import { isJsonObject } from './core/json.ts';
import type { Context, IdentityOptions } from './context.ts';
import type { AccountPort } from './engine/cloud/index.ts';
import type { KubeClient } from './engine/kube/index.ts';
import type { FluxBuildSpec } from './engine/kustomize/index.ts';
import type { VaultLoginPort } from './engine/sops/index.ts';
import type { ArtifactPort, ReconcilePorts } from './features/reconcile/index.ts';

/**
 * Makes all that driving a reconciliation needs.
 *
 * Effects: none by itself
 */
export async function makeReconcilePorts(context: Context, identity: IdentityOptions): Promise<ReconcilePorts> {
  const { clock, progress, signal } = context;
  const { env } = context.host;
  const [
    kube,
    git,
    store,
    { openUrl },
    { buildFlux, generate, readBuiltIn },
    { substitute },
    { createDecryption },
    clouds,
    { randomUUID },
    { hostname },
  ] = await Promise.all([
    context.kube(),
    context.git(),
    context.artifacts(),
    import('./engine/artifact/index.ts'),
    import('./engine/kustomize/index.ts'),
    import('./engine/envsubst/index.ts'),
    import('./engine/sops/index.ts'),
    import('./engine/cloud/index.ts'),
    import('node:crypto'),
    import('node:os'),
  ]);
  const builtIn = readBuiltIn();
  const accounts = identity.objectLevelIdentity ? accountsOf(kube) : undefined;
  const cloud = clouds.createCloud({
    loadPackage: clouds.importPackage,
    ...(accounts === undefined ? {} : { accounts }),
    now: clock.now,
    env,
    signal,
  });
  return {
    kube,
    git,
    store,
    artifacts: {
      open: openUrl,
      ...hostOf('sourceHost', env['SOURCE_CONTROLLER_LOCALHOST']),
      ...hostOf('watcherHost', env['SOURCE_WATCHER_LOCALHOST']),
      isInCluster: (env['KUBERNETES_SERVICE_HOST'] ?? '') !== '',
    },
    build: {
      build: (files, { spec }) =>
        Promise.resolve(buildFlux(files, isJsonObject(spec) ? (spec as FluxBuildSpec) : {}, { builtIn })),
      substitute,
    },
    remote: {
      connect: async (kubeconfig, name, issueToken) => {
        const { connectForeign } = await import('./context-kube.ts');
        return await connectForeign(kubeconfig, name, context, issueToken);
      },
    },
    cel: {
      compile: async (expression, options) => (await import('./engine/cel/index.ts')).compile(expression, options),
    },
    cloud,
    decrypt: createDecryption({
      loadPackage: clouds.importPackage,
      cloud,
      ...vaultLoginOf(identity.vaultConfigMap, accounts, kube, context),
      readSecret: (ref) => kube.get(ref),
      rootOf: (files, { spec }) => {
        const build = isJsonObject(spec) ? (spec as FluxBuildSpec) : {};
        return generate(files, build.path ?? '', build).kustomization;
      },
      request: async (url, { method, headers, body }) => {
        const answer = await fetch(url, { method, headers, body, redirect: 'manual', signal });
        return { status: answer.status, body: await answer.text() };
      },
    }),
    world: { now: clock.now, sleep: clock.sleep, uniqueId: () => randomUUID(), hostName: hostname() },
    progress,
    signal,
  };
}

/** Acts for accounts of the cluster, with the rights of the caller. */
function accountsOf(kube: KubeClient): AccountPort {
  return {
    get: (ref) => kube.get(ref),
    async issueToken({ namespace, name }, audiences) {
      const { issueAccountToken } = await import('./engine/kube/index.ts');
      return (await issueAccountToken(kube, { namespace, name, audiences })).token;
    },
  };
}

/** The ConfigMap is one of Flux's namespace, as that of the controller is. */
function vaultLoginOf(
  name: string,
  accounts: AccountPort | undefined,
  kube: KubeClient,
  { fluxNamespace }: Context,
): { vault?: VaultLoginPort } {
  if (name === '' || accounts === undefined) return {};
  const place = { apiVersion: 'v1', kind: 'ConfigMap', namespace: fluxNamespace, name };
  return { vault: { readConfig: () => kube.get(place), issueToken: accounts.issueToken } };
}

/** A variable that is set to nothing is not set. */
function hostOf(member: 'sourceHost' | 'watcherHost', value = ''): Pick<ArtifactPort, typeof member> {
  return value === '' ? {} : { [member]: value };
}

import { isJsonObject } from './core/json.ts';
import type { Context } from './context.ts';
import type { FluxBuildSpec } from './engine/kustomize/index.ts';
import type { ArtifactPort, ReconcilePorts } from './features/reconcile/index.ts';

/**
 * Makes all that driving a reconciliation needs.
 *
 * Effects: none by itself
 */
export async function makeReconcilePorts(context: Context): Promise<ReconcilePorts> {
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
    import('node:crypto'),
    import('node:os'),
  ]);
  const builtIn = readBuiltIn();
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
      connect: async (kubeconfig, name) => {
        const { connectForeign } = await import('./context-kube.ts');
        return await connectForeign(kubeconfig, name, context);
      },
    },
    cel: {
      compile: async (expression, options) => (await import('./engine/cel/index.ts')).compile(expression, options),
    },
    decrypt: createDecryption({
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

/** A variable that is set to nothing is not set. */
function hostOf(member: 'sourceHost' | 'watcherHost', value = ''): Pick<ArtifactPort, typeof member> {
  return value === '' ? {} : { [member]: value };
}

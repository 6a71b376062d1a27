import type { Context } from '../../lib/context.ts';
import { FluxError } from '../../lib/core/errors.ts';
import { TENANT_LABEL } from '../../lib/core/flux.ts';
import { isK8sObject, type K8sObject } from '../../lib/core/objects.ts';
import { attackByDrive, type EscapeTenant, type RealAttack, waitGuarded } from '../../lib/features/escape/index.ts';
import { sandboxPorts } from './sandbox-ports.ts';

/** Makes the attacks of a tenant. */
export type AttackAs = (tenant: EscapeTenant) => Promise<RealAttack>;

/**
 * Brings a control plane up, applies manifests to it, runs something in it, and takes it down again, whatever happened.
 *
 * @param tenant must be among the manifests
 * @param paths files and folders with manifests; where no kustomize-controller is among them, Flux is installed as by default
 */
export async function inSandboxWith<T>(
  tenant: string,
  paths: readonly string[],
  context: Context,
  run: (box: Context, attackAs: AttackAs) => Promise<T>,
): Promise<T> {
  if (paths.length === 0) {
    throw new FluxError('usage/bad-value', '--sandbox needs manifests: -f with those of the tenant, and of Flux', {
      hint: 'flux-ts create tenant NAME … --export > tenant.yaml prints those of a tenant',
    });
  }
  const objects = await readObjects(paths, context);
  if (!objects.some(({ metadata }) => metadata.labels?.[TENANT_LABEL] === tenant)) {
    throw new FluxError('usage/bad-value', `nothing in ${paths.join(', ')} carries the label ${TENANT_LABEL}=${tenant}`, {
      hint: `flux-ts create tenant ${tenant} … --export > tenant.yaml prints what does`,
    });
  }
  const [{ sandboxUp, sandboxDown }, { applyObjects }] = await Promise.all([
    import('../../lib/features/sandbox/index.ts'),
    import('../../lib/features/install/index.ts'),
  ]);
  const name = `check-${context.clock.now().toString(36)}`;
  const ports = sandboxPorts(context);
  try {
    const { kubeconfig } = await sandboxUp({ name }, ports);
    const box = context.at(kubeconfig);
    try {
      const { clock, progress, signal } = context;
      const kube = await box.kube();
      const flux = objects.some(isController) ? [] : await renderFlux(context);
      await applyObjects([...flux, ...objects], { kube, clock, progress, signal });
      kube.forgetDiscovery();
      await waitGuarded(kube, objects, clock);
      return await run(box, async (tenant) =>
        attackByDrive({
          tenant,
          ports: { ...(await box.reconcilePorts()), progress: quiet(progress) },
          fluxNamespace: box.fluxNamespace,
        }),
      );
    } finally {
      await box.close();
    }
  } finally {
    // Ctrl-C ends the work, not the clearing up.
    await sandboxDown({ name }, { env: ports.env, homeDir: ports.homeDir, progress: ports.progress });
  }
}

async function readObjects(paths: readonly string[], context: Context): Promise<K8sObject[]> {
  const { parseYamlDocuments } = await import('../../lib/core/yaml/index.ts');
  const files = await context.readManifestFiles(paths);
  const objects = files.flatMap(({ path, text }) => parseYamlDocuments(text, { file: path }).map(({ value }) => value));
  return objects
    .filter((value) => isK8sObject(value))
    .filter(({ apiVersion }) => !apiVersion.startsWith('kustomize.config.k8s.io/'));
}

function isController({ kind, metadata }: K8sObject): boolean {
  return kind === 'Deployment' && metadata.name === 'kustomize-controller';
}

async function renderFlux(context: Context): Promise<readonly K8sObject[]> {
  const { DEFAULT_RENDER_OPTIONS, renderInstall } = await import('../../lib/features/install/index.ts');
  context.progress.warning('no kustomize-controller is in the manifests: Flux is installed as by default');
  const options = { ...DEFAULT_RENDER_OPTIONS, namespace: context.fluxNamespace };
  return (await renderInstall(options, await context.manifests())).objects;
}

/** The story of an attack is told by its result. */
function quiet(progress: Context['progress']): Context['progress'] {
  const nothing = (): void => {};
  return {
    ...progress,
    action: nothing,
    generate: nothing,
    waiting: nothing,
    success: nothing,
    failure: nothing,
    detail: nothing,
  };
}

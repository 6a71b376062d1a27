import type { FileSystem } from '../../core/filesystem.ts';
import { FluxError } from '../../core/errors.ts';
import type { View } from '../../core/view.ts';
import { type AppliedObject, applyObjects, summarizeActions } from './apply-objects.ts';
import { checkNamespaces } from './check-namespaces.ts';
import { confirmOverride } from './confirm-override.ts';
import type { RenderOptions } from './options.ts';
import type { InstallPorts } from './ports.ts';
import { makePullSecret } from './pull-secret.ts';
import { readClusterInfo } from './read-cluster-info.ts';
import { removeOtherProfiles } from './remove-other-profiles.ts';
import { type CustomManifests, renderInstall } from './render-install.ts';
import { upsertSecret } from './upsert-secret.ts';
import { verifyComponents } from './verify-components.ts';

/** How to install. */
export interface InstallOptions extends RenderOptions {
  /** True takes over an installation of another tool without asking. Default: false. */
  readonly force: boolean;
  /** False does not wait for the controllers to run, for clusters without nodes. Default: true. */
  readonly wait: boolean;
  /** How long the controllers may take to get ready. Default: 300 000. */
  readonly timeoutMs: number;
}

/** What an installation needs of the world. */
export interface InstallWorld extends InstallPorts {
  /** The folder `manifests/` of this package. */
  readonly manifests: FileSystem;
  /** Built as it is in place of those manifests. */
  readonly customManifests?: CustomManifests;
}

/** What `install` did. */
export interface InstallResult {
  readonly namespace: string;
  readonly version: string;
  readonly components: readonly string[];
  readonly objects: readonly AppliedObject[];
  /** False where the controllers were not waited for. */
  readonly verified: boolean;
}

/** One row per object. */
export const INSTALL_VIEW: View<AppliedObject> = [
  { title: 'OBJECT', value: (row) => row.subject },
  { title: 'ACTION', value: (row) => row.action },
];

/**
 * Installs Flux's controllers, or brings them to this version.
 *
 * Effects: writes the cluster
 * Source: fluxcd/flux2 cmd/flux/install.go
 * Differs: `wait: false` leaves the verification out, which upstream cannot
 *
 * @throws {FluxError} install/already-bootstrapped, install/cancelled, install/not-ready; install/namespace-not-found; those of `renderInstall`; ssa/…, kube/…
 */
export async function install(options: InstallOptions, world: InstallWorld): Promise<InstallResult> {
  const { progress, kube, signal } = world;
  progress.section?.('Manifests');
  progress.generate('generating manifests');
  const rendered = await renderInstall(options, world.manifests, world.customManifests);
  progress.success('manifests build completed');
  progress.section?.('Components');
  progress.action(`installing components in ${options.namespace} namespace`);

  const info = await readClusterInfo(kube, signal);
  if (info?.bootstrapped === true) {
    throw new FluxError(
      'install/already-bootstrapped',
      `this cluster has already been bootstrapped with Flux ${info.version}! Please use 'flux bootstrap' to upgrade`,
      { hint: 'Upgrade it in Git: flux-ts bootstrap git --url=… with the flags of the first time' },
    );
  }
  if (!options.force) await confirmOverride(info, world, 'installation');
  await checkNamespaces(options, world);

  const objects = await applyObjects(rendered.objects, world);
  progress.success(summarizeActions(objects));
  if (world.customManifests === undefined) await removeOtherProfiles(rendered.objects, options, world.manifests, world);
  if (options.imagePullSecret !== '' && options.registryCreds !== '') {
    progress.action(`generating image pull secret ${options.imagePullSecret}`);
    await upsertSecret(makePullSecret(options), world);
  }
  if (options.wait) {
    progress.section?.('Verification');
    progress.waiting('verifying installation');
    await verifyComponents(rendered.deployments, options, world);
  }
  progress.success('install finished');
  const { version, components } = rendered;
  return { namespace: options.namespace, version, components, objects, verified: options.wait };
}

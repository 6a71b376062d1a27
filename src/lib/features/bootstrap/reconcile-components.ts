import type { Clone } from '../../engine/git/index.ts';
import {
  type AppliedObject,
  applyObjects,
  makePullSecret,
  PLATFORM_ACCOUNT,
  removeOtherProfiles,
  renderInstall,
  summarizeActions,
  upsertSecret,
} from '../install/index.ts';
import { buildFolder } from './build-folder.ts';
import { commitFiles, type PushedCommit } from './commit-files.ts';
import { type BootstrapOptions, folderOf } from './options.ts';
import type { BootstrapWorld } from './ports.ts';
import type { LiveSync } from './read-sync.ts';

/** What became of the components. */
export interface ComponentsOutcome {
  readonly commit: PushedCommit | undefined;
  /** Empty where the cluster takes them from Git by itself. */
  readonly objects: readonly AppliedObject[];
  readonly version: string;
  readonly components: readonly string[];
  /** Names of the controllers' Deployments. */
  readonly deployments: readonly string[];
}

/**
 * Brings the components into Git and, where no Kustomization looks after them yet, into the cluster.
 *
 * Effects: writes the repository and the cluster
 * Source: fluxcd/flux2 pkg/bootstrap/bootstrap_plain_git.go ReconcileComponents
 * Differs: in the profiles that narrow rights down, and where the profile changes, the caller always applies
 *
 * @throws {FluxError} git/…, kustomize/…, ssa/…, kube/…
 */
export async function reconcileComponents(
  options: BootstrapOptions,
  clone: Clone,
  live: LiveSync,
  world: BootstrapWorld,
): Promise<ComponentsOutcome> {
  const { progress } = world;
  const folder = folderOf(options);
  progress.section?.('Components');
  progress.action('generating component manifests');
  const rendered = await renderInstall(options, world.manifests, world.customManifests);
  progress.success('generated component manifests');
  clone.write(`${folder}/gotk-components.yaml`, rendered.yaml);
  const subject = `Add Flux ${rendered.version} component manifests`;
  const commit = await commitFiles(clone, 'component manifests', subject, options, world);

  let objects: AppliedObject[] = [];
  if (!live.applied || mayLackRights(options, live)) {
    progress.action(`installing components in ${JSON.stringify(options.namespace)} namespace`);
    objects = await applyObjects((await buildFolder(clone, folder)) ?? rendered.objects, world);
    progress.success(`installed components: ${summarizeActions(objects)}`);
    if (world.customManifests === undefined) await removeOtherProfiles(rendered.objects, options, world.manifests, world);
  }
  if (options.imagePullSecret !== '' && options.registryCreds !== '') {
    await upsertSecret(makePullSecret(options), world);
    progress.success(`reconciled image pull secret ${options.imagePullSecret}`);
  }
  progress.success('reconciled components');
  return { commit, objects, version: rendered.version, components: rendered.components, deployments: rendered.deployments };
}

/** The account of the platform cannot give itself rights, and may lack those for another profile: then the caller applies. */
function mayLackRights(options: BootstrapOptions, live: LiveSync): boolean {
  return options.rbac !== 'standard' || live.account === PLATFORM_ACCOUNT;
}

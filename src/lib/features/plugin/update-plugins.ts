import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import { resolveRelease } from '../../engine/plugin/index.ts';
import { type ListedPlugin, listPlugins } from './list-plugins.ts';
import type { PluginWorld } from './ports.ts';
import { putInPlace } from './put-in-place.ts';

/** What came of one plugin. */
export interface UpdatedPlugin {
  readonly name: string;
  readonly result: 'updated' | 'current' | 'manual' | 'failed';
  /** What was installed before; absent for one that was put in place by hand. */
  readonly from?: string;
  /** What is installed now, where that is another one. */
  readonly to?: string;
}

/** What came of an update. */
export interface PluginUpdate {
  readonly plugins: readonly UpdatedPlugin[];
  /** The failures, where there were any; the other plugins were updated all the same. */
  readonly error?: FluxError;
}

/**
 * Brings plugins to the newest version of the catalogue. Those that were put in place by hand are passed over.
 *
 * Effects: network; writes into the plugin folder
 * Source: fluxcd/flux2 cmd/flux/plugin_update.go, internal/plugin/update.go
 * Differs: a failure is one of the command; a plugin that is named must be there, even where no other is
 *
 * @param name empty: all
 * @param builtin words that are commands already
 * @throws {FluxError} plugin/not-installed; failures of single plugins are in the result
 */
export async function updatePlugins(name: string, builtin: ReadonlySet<string>, world: PluginWorld): Promise<PluginUpdate> {
  const all = await listPlugins(builtin, world);
  const wanted = name === '' ? all : all.filter((one) => one.name === name);
  if (name !== '' && wanted.length === 0) {
    throw new FluxError('plugin/not-installed', `plugin ${JSON.stringify(name)} is not installed`, {
      hint: `install it: flux-ts plugin install ${name}`,
    });
  }
  const plugins: UpdatedPlugin[] = [];
  const errors: FluxError[] = [];
  for (const plugin of wanted) {
    try {
      plugins.push(await updateOne(plugin, world));
    } catch (error) {
      world.downloads.signal?.throwIfAborted();
      if (!isFluxError(error)) throw error;
      world.progress.failure(`error updating ${plugin.name}: ${messageOf(error)}`);
      errors.push(error);
      plugins.push({ name: plugin.name, result: 'failed', ...(plugin.version === undefined ? {} : { from: plugin.version }) });
    }
  }
  if (errors.length === 0) return { plugins };
  const failed = plugins.filter(({ result }) => result === 'failed').map((one) => one.name);
  return {
    plugins,
    error: new FluxError(
      'plugin/update-failed',
      `${failed.length} of ${plugins.length} plugins could not be updated: ${failed.join(', ')}`,
      {
        hint: 'what was installed before is still there',
        errors,
      },
    ),
  };
}

async function updateOne({ name, version: from }: ListedPlugin, world: PluginWorld): Promise<UpdatedPlugin> {
  const { catalog, platform, progress } = world;
  if (from === undefined) {
    progress.warning(`skipping ${name} (manually installed)`);
    return { name, result: 'manual' };
  }
  const manifest = await catalog.manifest(name);
  const [latest] = manifest.versions;
  if (latest?.version === from) {
    progress.success(`${name} already up to date (v${from})`);
    return { name, result: 'current', from };
  }
  const release = resolveRelease(manifest, '', platform);
  await putInPlace(manifest, release, `updating v${from} → v${release.version}`, world);
  progress.success(`updated ${name} v${from} → v${release.version}`);
  return { name, result: 'updated', from, to: release.version };
}

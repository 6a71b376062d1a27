import { FluxError } from '../../core/errors.ts';
import type { PluginWorld } from './ports.ts';

/** What was taken away. */
export interface UninstalledPlugin {
  readonly name: string;
  readonly path: string;
}

/**
 * Takes a plugin away, with its receipt. Of a link, what it leads to stays.
 *
 * Effects: removes from the plugin folder
 * Source: fluxcd/flux2 cmd/flux/plugin_uninstall.go
 *
 * @throws {FluxError} plugin/bad-name, plugin/not-installed, plugin/unwritable
 */
export async function uninstallPlugin(name: string, { folder, progress }: PluginWorld): Promise<UninstalledPlugin> {
  if (name === '') {
    throw new FluxError('plugin/bad-name', 'the name of a plugin is required', { hint: 'flux-ts plugin list shows them' });
  }
  const path = await folder.remove(name);
  progress.success(`uninstalled ${name}`);
  return { name, path };
}

import type { View } from '../../core/view.ts';
import type { PluginWorld } from './ports.ts';

/** A plugin in the folder. */
export interface ListedPlugin {
  readonly name: string;
  /** Absent where it was put there by hand. */
  readonly version?: string;
  readonly path: string;
  /** RFC 3339; absent where it was put there by hand. */
  readonly installedAt?: string;
}

/** Columns of `plugin list`; a plugin without a receipt is a manual one. */
export const PLUGINS_VIEW: View<ListedPlugin> = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'VERSION', value: ({ version }) => version ?? 'manual' },
  { title: 'PATH', value: ({ path }) => path },
];

/**
 * Lists the plugins in the folder that can be run.
 *
 * Effects: reads the plugin folder
 * Source: fluxcd/flux2 cmd/flux/plugin_list.go
 *
 * @param builtin words that are commands already
 */
export async function listPlugins(builtin: ReadonlySet<string>, { folder }: PluginWorld): Promise<ListedPlugin[]> {
  const listed: ListedPlugin[] = [];
  for (const { name, path } of await folder.list(builtin)) {
    const receipt = await folder.readReceipt(name);
    listed.push({ name, path, ...(receipt === undefined ? {} : { version: receipt.version, installedAt: receipt.installedAt }) });
  }
  return listed;
}

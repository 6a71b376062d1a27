import type { View } from '../../core/view.ts';
import type { CatalogEntry } from '../../engine/plugin/index.ts';
import type { PluginWorld } from './ports.ts';

/** A plugin of the catalogue. */
export interface SearchedPlugin extends CatalogEntry {
  /** The version that is installed; absent where none is. */
  readonly installed?: string;
}

/** Columns of `plugin search`. */
export const SEARCH_VIEW: View<SearchedPlugin> = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'DESCRIPTION', value: ({ description }) => description },
  { title: 'INSTALLED', value: ({ installed }) => installed ?? '' },
];

/**
 * Finds the plugins of the catalogue whose name or description has a text.
 *
 * Effects: network; reads the receipts in the plugin folder
 * Source: fluxcd/flux2 cmd/flux/plugin_search.go
 *
 * @param query in any case; empty: all
 * @throws {FluxError} those of `engine/plugin`
 */
export async function searchPlugins(query: string, { catalog, folder }: PluginWorld): Promise<SearchedPlugin[]> {
  const wanted = query.toLowerCase();
  const found: SearchedPlugin[] = [];
  for (const entry of await catalog.list()) {
    if (!`${entry.name}\n${entry.description}`.toLowerCase().includes(wanted)) continue;
    const receipt = await folder.readReceipt(entry.name);
    found.push({ ...entry, ...(receipt === undefined ? {} : { installed: receipt.version }) });
  }
  return found;
}

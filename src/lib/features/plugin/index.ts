export { type InstalledPlugin, installPlugin } from './install-plugin.ts';
export { type ListedPlugin, listPlugins, PLUGINS_VIEW } from './list-plugins.ts';
export { parsePluginRef, type PluginRef } from './parse-plugin-ref.ts';
export type { PluginWorld } from './ports.ts';
export { SEARCH_VIEW, type SearchedPlugin, searchPlugins } from './search-plugins.ts';
export { type UninstalledPlugin, uninstallPlugin } from './uninstall-plugin.ts';
export { type PluginUpdate, type UpdatedPlugin, updatePlugins } from './update-plugins.ts';

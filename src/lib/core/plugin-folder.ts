import type { Host } from './host.ts';

/** Where the plugins are. */
export interface PluginPlace {
  readonly path: string;
  /** False where the user named it. */
  readonly isDefault: boolean;
}

/**
 * Tells where plugins are looked for: `FLUXCD_PLUGINS`, else `.fluxcd/plugins` in the home folder. It is the folder of flux, so
 * that both have the same plugins.
 *
 * Effects: none
 * Source: fluxcd/flux2 internal/plugin/discovery.go PluginDir
 */
export function pluginPlaceOf({ env, homeDir, platform }: Pick<Host, 'env' | 'homeDir' | 'platform'>): PluginPlace {
  const named = env['FLUXCD_PLUGINS'] ?? '';
  if (named !== '') return { path: named, isDefault: false };
  // Go takes the profile on Windows, whatever HOME says.
  const home = (platform === 'win32' ? env['USERPROFILE'] : undefined) || homeDir;
  return { path: `${home.replace(/[\\/]+$/, '')}/.fluxcd/plugins`, isDefault: true };
}

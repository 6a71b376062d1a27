import type { InstallPorts } from './install-release.ts';
import type { PluginCatalog } from './open-catalog.ts';
import type { DownloadPorts, GetPort, PluginManifest, PluginRelease } from './types.ts';

export { goPlatform } from './go-platform.ts';
export type { InstallPorts } from './install-release.ts';
export type { PluginCatalog } from './open-catalog.ts';
export { type FolderOptions, openPluginFolder, type PluginFolder } from './open-folder.ts';
export { programCall } from './program-call.ts';
export { resolveRelease } from './resolve-release.ts';
export type {
  CatalogEntry,
  DownloadPorts,
  FoundPlugin,
  GetAnswer,
  GetPort,
  GoPlatform,
  PluginManifest,
  PluginPlatform,
  PluginReceipt,
  PluginRelease,
  PluginVersion,
  ReadTar,
  TarMember,
} from './types.ts';

// What finds and runs a plugin loads neither the network nor YAML.

/** Downloads a version, checks it and puts it in place; see install-release.ts. */
export async function installRelease(manifest: PluginManifest, release: PluginRelease, ports: InstallPorts): Promise<string> {
  return (await import('./install-release.ts')).installRelease(manifest, release, ports);
}

/** Makes the port that downloads go over; see send-get.ts. */
export function makeGet(env: Readonly<Record<string, string | undefined>>): GetPort {
  return async (url, signal) => (await import('./send-get.ts')).makeGet(env)(url, signal);
}

/** Opens a catalogue; see open-catalog.ts. */
export async function openCatalog(base: string, ports: DownloadPorts): Promise<PluginCatalog> {
  return (await import('./open-catalog.ts')).openCatalog(base, ports);
}

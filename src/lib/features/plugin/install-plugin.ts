import { resolveRelease } from '../../engine/plugin/index.ts';
import { parsePluginRef } from './parse-plugin-ref.ts';
import type { PluginWorld } from './ports.ts';
import { putInPlace } from './put-in-place.ts';

/** What was installed. */
export interface InstalledPlugin {
  readonly name: string;
  readonly version: string;
  readonly path: string;
  readonly digest: string;
}

/**
 * Installs a plugin of the catalogue. One that is there is replaced.
 *
 * Effects: network; writes into the plugin folder
 * Source: fluxcd/flux2 cmd/flux/plugin_install.go
 *
 * @param wanted a name, with `@version` or `@sha256:…` behind it where it is not to be the newest
 * @param builtin words that are commands already
 * @throws {FluxError} those of `engine/plugin`
 */
export async function installPlugin(wanted: string, builtin: ReadonlySet<string>, world: PluginWorld): Promise<InstalledPlugin> {
  const { catalog, folder, platform, progress } = world;
  const { name, ref } = parsePluginRef(wanted);
  const manifest = await catalog.manifest(name);
  const release = resolveRelease(manifest, ref, platform);
  const wasThere = (await folder.list(new Set())).some((one) => one.name === name);
  const byHand = wasThere && (await folder.readReceipt(name)) === undefined;
  const path = await putInPlace(manifest, release, `installing v${release.version}`, world);
  if (byHand) progress.warning(`${name} was there, put in place by hand: it is replaced`);
  progress.success(`installed ${name} v${release.version}`);
  if (builtin.has(name)) progress.warning(`flux-ts has a command ${name} of its own: only flux runs this plugin`);
  return { name, version: release.version, path, digest: release.platform.checksum };
}

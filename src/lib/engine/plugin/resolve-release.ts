import { FluxError } from '../../core/errors.ts';
import type { GoPlatform, PluginManifest, PluginRelease } from './types.ts';

/** So many versions are named where the wanted one is not there. */
const MOST_NAMED = 8;

/**
 * Finds the version that is wanted, for a machine.
 *
 * Effects: none
 * Source: fluxcd/flux2 internal/plugin/catalog.go ResolveVersion, ResolvePlatform, ResolveByDigest
 * Differs: `v1.2.3` finds `1.2.3` too, since messages write it so
 *
 * @param ref a version; `sha256:…` as the manifest has it; empty: the first version
 * @throws {FluxError} plugin/no-versions, plugin/version-not-found, plugin/digest-not-found, plugin/no-platform
 */
export function resolveRelease(manifest: PluginManifest, ref: string, { os, arch }: GoPlatform): PluginRelease {
  const { name, versions } = manifest;
  const [latest] = versions;
  if (latest === undefined) {
    throw new FluxError('plugin/no-versions', `plugin ${JSON.stringify(name)} has no versions`, {
      hint: 'whoever keeps the catalog has to add one',
    });
  }
  if (ref.startsWith('sha256:')) {
    for (const { version, platforms } of versions) {
      const platform = platforms.find((one) => one.os === os && one.arch === arch && one.checksum === ref.toLowerCase());
      if (platform !== undefined) return { version, platform };
    }
    throw new FluxError(
      'plugin/digest-not-found',
      `digest ${JSON.stringify(ref)} not found for plugin ${JSON.stringify(name)} on ${os}/${arch}`,
      { hint: 'each system has a digest of its own; see the catalog for that of this one' },
    );
  }
  const wanted = (version: string): boolean => version === ref || `v${version}` === ref;
  const found =
    ref === '' ? latest : (versions.find(({ version }) => version === ref) ?? versions.find((one) => wanted(one.version)));
  if (found === undefined) {
    const named = versions.slice(0, MOST_NAMED).map(({ version }) => version);
    throw new FluxError(
      'plugin/version-not-found',
      `version ${JSON.stringify(ref)} not found for plugin ${JSON.stringify(name)}`,
      {
        hint: `the catalog has ${named.join(', ')}${versions.length > MOST_NAMED ? ', …' : ''}`,
      },
    );
  }
  const platform = found.platforms.find((one) => one.os === os && one.arch === arch);
  if (platform === undefined) {
    const there = found.platforms.map((one) => `${one.os}/${one.arch}`);
    throw new FluxError(
      'plugin/no-platform',
      `plugin ${JSON.stringify(name)} v${found.version} has no binary for ${os}/${arch}`,
      {
        hint: there.length === 0 ? 'see whether another version has one' : `it has one for ${there.join(', ')}`,
      },
    );
  }
  return { version: found.version, platform };
}

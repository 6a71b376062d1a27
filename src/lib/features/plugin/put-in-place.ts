import { installRelease, type PluginManifest, type PluginRelease } from '../../engine/plugin/index.ts';
import type { PluginWorld } from './ports.ts';

const MIB = 1024 * 1024;

/**
 * Downloads a version and puts it in place, and shows on a terminal how far it is.
 *
 * @param doing what is said to be done
 * @returns where the program is now
 */
export async function putInPlace(
  manifest: PluginManifest,
  release: PluginRelease,
  doing: string,
  { folder, downloads, readTar, progress, now }: PluginWorld,
): Promise<string> {
  const { name } = manifest;
  const inMib = (bytes: number): string => (bytes / MIB).toFixed(1);
  progress.live?.(name, doing);
  try {
    return await installRelease(manifest, release, {
      ...downloads,
      folder,
      readTar,
      now,
      onBytes(bytes, total) {
        progress.live?.(name, `${doing}, ${inMib(bytes)}${total === undefined ? '' : ` of ${inMib(total)}`} MiB`);
      },
    });
  } finally {
    progress.live?.(name, undefined);
  }
}

import { createHash } from 'node:crypto';

import { FluxError } from '../../core/errors.ts';
import { DOWNLOAD_TIMEOUT_MS, MAX_DOWNLOAD_BYTES } from './constants.ts';
import { download } from './download.ts';
import { extractBinary } from './extract-binary.ts';
import type { PluginFolder } from './open-folder.ts';
import type { DownloadPorts, PluginManifest, PluginRelease, ReadTar } from './types.ts';

/** What installing needs. */
export interface InstallPorts extends DownloadPorts {
  readonly folder: PluginFolder;
  readonly readTar: ReadTar;
  readonly now: () => Date;
  /** Hears how much is here. */
  readonly onBytes?: (bytes: number, total: number | undefined) => void;
}

/**
 * Downloads a version of a plugin, checks it, and puts it in place. Nothing in the folder changes before all of it is here and
 * has the digest of the catalogue.
 *
 * Effects: network; writes the program and its receipt
 * Source: fluxcd/flux2 internal/plugin/install.go
 *
 * @returns where the program is now
 * @throws {FluxError} plugin/digest-mismatch; those of `download`, `extractBinary` and the folder
 */
export async function installRelease(manifest: PluginManifest, release: PluginRelease, ports: InstallPorts): Promise<string> {
  const { version, platform } = release;
  const { folder, readTar, now, onBytes } = ports;
  await folder.prepare();
  const bytes = await download(platform.url, ports, {
    maxBytes: MAX_DOWNLOAD_BYTES,
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
    ...(onBytes === undefined ? {} : { onBytes }),
  });
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (digest !== platform.checksum) {
    throw new FluxError(
      'plugin/digest-mismatch',
      `checksum verification failed (expected: ${platform.checksum}, got: ${digest})`,
      { hint: 'try again; if it stays, the release was changed or something stands in between: do not use it' },
    );
  }
  const target = platform.extractPath ?? `${manifest.bin}${platform.os === 'windows' ? '.exe' : ''}`;
  const program = await extractBinary(bytes, { url: platform.url, target, readTar });
  const installedAt = `${now().toISOString().slice(0, 19)}Z`;
  return await folder.place(program, { name: manifest.name, version, installedAt, platform });
}

import type { Buffer } from 'node:buffer';
import { gunzipSync } from 'node:zlib';

import { FluxError, messageOf } from '../../core/errors.ts';
import { MAX_UNPACKED_BYTES } from './constants.ts';
import { readZip } from './read-zip.ts';
import type { ReadTar } from './types.ts';

/** What a download can be. */
export type PluginFormat = 'zip' | 'tar.gz' | 'tar' | 'binary';

/** How a program is taken out of a download. */
export interface ExtractOptions {
  /** Where it came from: the ending tells what it is. */
  readonly url: string;
  /** A path in the archive where it has a slash, else the last part of one. */
  readonly target: string;
  readonly readTar: ReadTar;
  /** Default 1 GiB. */
  readonly maxBytes?: number;
}

/**
 * Takes the program out of a download: the first file of an archive that has its name, or the download itself. Links, devices,
 * and members whose path leads out of the archive are passed over, as upstream.
 *
 * Effects: none
 * Source: fluxcd/flux2 internal/plugin/install.go
 * Differs: there is a limit to what it may unpack to
 *
 * @throws {FluxError} plugin/bad-archive, plugin/not-in-archive, plugin/too-large
 */
export async function extractBinary(bytes: Buffer, options: ExtractOptions): Promise<Uint8Array> {
  const { url, target, readTar, maxBytes = MAX_UNPACKED_BYTES } = options;
  const format = detectFormat(bytes, url);
  if (format === 'binary') return bytes;
  let found: Uint8Array | undefined;
  try {
    if (format === 'zip') {
      found = readZip(bytes)
        .find((member) => member.isFile && isWanted(member.name, target))
        ?.read(maxBytes);
    } else {
      const tar = format === 'tar' ? bytes : gunzipSync(bytes, { maxOutputLength: maxBytes });
      found = (await readTar(tar)).find(({ name, type }) => type === 'file' && isWanted(name, target))?.bytes;
    }
  } catch (error) {
    if (error instanceof RangeError) {
      throw new FluxError('plugin/too-large', `the archive unpacks to more than the limit of ${maxBytes} bytes`, {
        hint: 'see whether the address in the catalog is right',
        details: { maxBytes },
        cause: error,
      });
    }
    throw new FluxError('plugin/bad-archive', `the download is no ${format} archive that can be read: ${messageOf(error)}`, {
      hint: 'whoever keeps the catalog has to correct the address or the archive',
      cause: error,
    });
  }
  if (found !== undefined) return found;
  throw new FluxError('plugin/not-in-archive', `binary ${JSON.stringify(target)} not found in archive`, {
    hint: 'whoever keeps the catalog has to say where it is: extractPath',
  });
}

/**
 * Tells what a download is: by the ending of its URL, else by its first bytes.
 *
 * Effects: none
 * Source: fluxcd/flux2 internal/plugin/install.go detectArchiveFormat
 */
export function detectFormat(bytes: Buffer, url: string): PluginFormat {
  const ending = /\.(?:zip|tar\.gz|tgz|tar)$/.exec(url.toLowerCase())?.[0];
  if (ending !== undefined) return ending === '.zip' ? 'zip' : ending === '.tar' ? 'tar' : 'tar.gz';
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && [3, 5, 7].includes(bytes[2] ?? 0)) return 'zip';
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'tar.gz';
  return bytes.toString('latin1', 257, 262) === 'ustar' ? 'tar' : 'binary';
}

function isWanted(name: string, target: string): boolean {
  return isLocal(name) && (target.includes('/') ? name === target : name.replace(/\/+$/, '').split('/').at(-1) === target);
}

/** Tells whether a path stays within where it begins. */
function isLocal(path: string): boolean {
  if (path === '' || path.startsWith('/') || path.includes('\\') || path.includes('\0')) return false;
  let depth = 0;
  for (const part of path.split('/')) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0) return false;
  }
  return true;
}

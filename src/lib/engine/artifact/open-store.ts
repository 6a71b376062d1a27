import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { FluxError, messageOf } from '../../core/errors.ts';
import { computeDigest } from './digest.ts';

/** Options of a store. */
export interface StoreOptions {
  /** Most bytes that all artifacts together may take. Default 1 GiB. */
  readonly maxBytes?: number;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
}

/** A folder with artifacts, safe to be used by several processes at once. */
export interface ArtifactStore {
  /** What was put under a key; `undefined` where it is not there any more, or was damaged. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Puts an artifact in under a key, such as `<url>@<commit>` or a digest, and makes room if needed. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Forgets a key. */
  remove(key: string): Promise<void>;
}

const DEFAULT_STORE_BYTES = 1024 * 1024 * 1024;
/** After this time a temporary file can only be that of a process that died. */
const STALE_MS = 60 * 60 * 1000;

/**
 * Opens a folder as a store of artifacts. Content lies under its digest and keys point to digests, so equal content is
 * kept once and damage is noticed. What was used longest ago goes first when room is needed.
 *
 * Files are written under a temporary name and renamed, so that a killed process leaves no half artifact.
 *
 * Effects: reads and writes the folder
 *
 * @throws {FluxError} artifact/store-failed: the folder cannot be written
 */
export function openStore(folder: string, options: StoreOptions): ArtifactStore {
  const contents = join(folder, 'contents');
  const keys = join(folder, 'keys');
  const maxBytes = options.maxBytes ?? DEFAULT_STORE_BYTES;
  const keyPath = (key: string) => join(keys, createHash('sha256').update(key).digest('hex'));
  const contentPath = (digest: string) => join(contents, digest.replace(':', '-'));
  const touch = async (path: string): Promise<void> => {
    const seconds = options.now() / 1000;
    await utimes(path, seconds, seconds).catch(() => {});
  };
  const place = async (path: string, bytes: Uint8Array | string): Promise<void> => {
    const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      await writeFile(temporary, bytes, { mode: 0o600, flag: 'wx' });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await touch(path);
  };
  return {
    async get(key) {
      try {
        const digest = (await readFile(keyPath(key), 'utf8')).trim();
        if (!/^sha256:[0-9a-f]{64}$/.test(digest)) return undefined;
        const bytes = await readFile(contentPath(digest));
        if (computeDigest(bytes) !== digest) {
          await rm(contentPath(digest), { force: true });
          return undefined;
        }
        await Promise.all([touch(contentPath(digest)), touch(keyPath(key))]);
        return bytes;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw failed(folder, error);
      }
    },
    async put(key, bytes) {
      try {
        await Promise.all([contents, keys].map((path) => mkdir(path, { recursive: true, mode: 0o700 })));
        const digest = computeDigest(bytes);
        await place(contentPath(digest), bytes);
        await place(keyPath(key), `${digest}\n`);
        const isShort = await makeRoom(contents, maxBytes, contentPath(digest), options.now());
        // Every key would have to be read, which is worth it only where content went.
        if (isShort) await dropDangling(keys, contentPath, options.now());
      } catch (error) {
        throw failed(folder, error);
      }
    },
    async remove(key) {
      await rm(keyPath(key), { force: true });
    },
  };
}

/**
 * Deletes what was used longest ago until the rest fits. What was just put in stays, whatever its size.
 *
 * @returns true where something was deleted
 */
async function makeRoom(contents: string, maxBytes: number, newest: string, now: number): Promise<boolean> {
  const files: { path: string; size: number; usedMs: number }[] = [];
  for (const name of await readdir(contents)) {
    const path = join(contents, name);
    const info = await stat(path).catch(() => undefined);
    if (info === undefined) continue;
    if (name.endsWith('.tmp')) {
      if (now - info.mtimeMs > STALE_MS) await rm(path, { force: true });
    } else files.push({ path, size: info.size, usedMs: info.mtimeMs });
  }
  let total = files.reduce((sum, file) => sum + file.size, 0);
  files.sort((left, right) => left.usedMs - right.usedMs || (left.path < right.path ? -1 : 1));
  let isShort = false;
  for (const file of files) {
    if (total <= maxBytes) break;
    if (file.path === newest) continue;
    await rm(file.path, { force: true });
    total -= file.size;
    isShort = true;
  }
  return isShort;
}

async function dropDangling(keys: string, contentPath: (digest: string) => string, now: number): Promise<void> {
  for (const name of await readdir(keys)) {
    const path = join(keys, name);
    if (name.endsWith('.tmp')) {
      const info = await stat(path).catch(() => undefined);
      if (info !== undefined && now - info.mtimeMs > STALE_MS) await rm(path, { force: true });
      continue;
    }
    const digest = (await readFile(path, 'utf8').catch(() => '')).trim();
    const exists = await stat(contentPath(digest)).then(
      () => true,
      () => false,
    );
    if (!exists) await rm(path, { force: true });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function failed(folder: string, error: unknown): FluxError {
  return new FluxError('artifact/store-failed', `the artifact store '${folder}' cannot be used: ${messageOf(error)}`, {
    hint: 'Check the rights and the free space of the folder',
    cause: error,
  });
}

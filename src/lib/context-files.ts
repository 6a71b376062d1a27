import { appendFile, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FluxError } from './core/errors.ts';

/** Reads a text file; `undefined` where there is none. */
export async function readOptional(path: string, cwd: string): Promise<string | undefined> {
  try {
    return await readRequired(path, cwd);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Reads a text file; throws what the system throws. */
export async function readRequired(path: string, cwd: string): Promise<string> {
  return await readFile(resolve(cwd, path), 'utf8');
}

/** Reads a file as bytes; throws what the system throws. */
export async function readBytes(path: string, cwd: string): Promise<Uint8Array> {
  return await readFile(resolve(cwd, path));
}

/**
 * Reads manifests: files as they are, and of folders all files with these endings, however deep, in order. Hidden folders are
 * passed over, and links are not followed.
 *
 * @throws {FluxError} usage/no-such-path
 */
export async function readManifests(
  paths: readonly string[],
  extensions: readonly string[],
  cwd: string,
): Promise<{ path: string; text: string }[]> {
  const files: { path: string; text: string }[] = [];
  for (const path of paths) {
    const found = await stat(resolve(cwd, path)).catch(() => undefined);
    if (found === undefined) {
      throw new FluxError('usage/no-such-path', `${path}: no such file or folder`, {
        hint: 'the path counts from where the command runs',
      });
    }
    const names = found.isDirectory() ? await listFiles(path, extensions, cwd) : [path];
    for (const name of names) files.push({ path: name, text: await readRequired(name, cwd) });
  }
  return files;
}

async function listFiles(folder: string, extensions: readonly string[], cwd: string): Promise<string[]> {
  const entries = await readdir(resolve(cwd, folder), { withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith('.')) files.push(...(await listFiles(path, extensions, cwd)));
    } else if (entry.isFile() && extensions.some((extension) => entry.name.endsWith(extension))) {
      files.push(path);
    }
  }
  return files;
}

/** Replaces a file by a text: it is written beside it and renamed, so that a crash leaves the old one or the new one. */
export async function replaceFile(path: string, text: string | Uint8Array, cwd: string): Promise<void> {
  const target = resolve(cwd, path);
  const beside = `${target}.flux-ts-${Math.random().toString(36).slice(2)}`;
  try {
    const { mode } = await stat(target);
    await writeFile(beside, text, { mode });
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/**
 * Writes a text to a file, which need not be there: a file is written beside it and renamed, and where the name is a link, in
 * the place that it leads to. What is no file (a pipe, `/dev/stdout`) is written to as it is.
 *
 * Effects: writes one file; throws what the system throws
 */
export async function storeFile(path: string, text: string | Uint8Array, cwd: string): Promise<void> {
  const named = resolve(cwd, path);
  const found = await stat(named).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  if (found?.isFile() === true) await replaceFile(await realpath(named), text, cwd);
  else await writeFile(named, text);
}

/**
 * Adds a text to the end of a file, which need not be there.
 *
 * Effects: writes one file; throws what the system throws
 */
export async function appendToFile(path: string, text: string, cwd: string): Promise<void> {
  await appendFile(resolve(cwd, path), text);
}

/** Nothing is there, and below a file nothing can be. */
function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

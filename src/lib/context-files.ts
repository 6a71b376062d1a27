import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** Reads a text file; `undefined` where there is none. */
export async function readOptional(path: string, cwd: string): Promise<string | undefined> {
  try {
    return await readRequired(path, cwd);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
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

import { FluxError } from '../../core/errors.ts';

/** Reads a file as text; throws what the system throws. */
export type ReadFile = (path: string) => Promise<string>;

/**
 * Reads the PEM file of a certificate authority.
 *
 * Effects: reads the file
 *
 * @throws {FluxError} create/unreadable-file
 */
export async function readCaFile(path: string, readFile: ReadFile): Promise<string> {
  return await read(path, readFile, 'unable to read TLS CA file');
}

/**
 * Reads the file of a private key.
 *
 * Effects: reads the file
 *
 * @throws {FluxError} create/unreadable-file
 */
export async function readPrivateKeyFile(path: string, readFile: ReadFile): Promise<string> {
  return await read(path, readFile, 'failed to open private key file');
}

async function read(path: string, readFile: ReadFile, what: string): Promise<string> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = (error as { code?: string }).code;
    const reason =
      code === 'ENOENT'
        ? 'no such file or directory'
        : code === 'EACCES'
          ? 'permission denied'
          : code === 'EISDIR'
            ? 'is a directory'
            : String(code);
    throw new FluxError('create/unreadable-file', `${what}: open ${path}: ${reason}`, { source: { file: path }, cause: error });
  }
}

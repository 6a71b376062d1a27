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
  return await readFileFor('unable to read TLS CA file', path, readFile);
}

/**
 * Reads the file of a private key.
 *
 * Effects: reads the file
 *
 * @throws {FluxError} create/unreadable-file
 */
export async function readPrivateKeyFile(path: string, readFile: ReadFile): Promise<string> {
  return await readFileFor('failed to open private key file', path, readFile);
}

/**
 * Reads a file that a flag names.
 *
 * Effects: reads the file
 *
 * @param what begins the sentence that says what went wrong
 * @throws {FluxError} create/unreadable-file
 */
export async function readFileFor(what: string, path: string, readFile: ReadFile): Promise<string> {
  // An empty path would be the folder that the command runs in.
  if (path === '') throw unreadable(what, path, { code: 'ENOENT' });
  try {
    return await readFile(path);
  } catch (error) {
    throw unreadable(what, path, error as { code?: string });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  EACCES: 'permission denied',
};

function unreadable(what: string, path: string, cause: { code?: string }): FluxError {
  const code = cause.code ?? '';
  const reason = code === 'EISDIR' ? `read ${path}: is a directory` : `open ${path}: ${REASONS[code] ?? code}`;
  return new FluxError('create/unreadable-file', `${what}: ${reason}`, {
    ...(path === '' ? { hint: 'no file was named' } : { source: { file: path } }),
    cause,
  });
}

import type { Context } from '../../lib/context.ts';
import { readCaFile, readFileFor, type TlsMaterial } from '../../lib/features/create/index.ts';

/** Paths of PEM files; empty where there is none. */
export interface TlsFiles {
  readonly caFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/**
 * Reads the PEM files that flags name.
 *
 * Effects: reads the files
 *
 * @throws {FluxError} create/unreadable-file
 */
export async function readTlsFiles(files: TlsFiles, { readTextFile }: Pick<Context, 'readTextFile'>): Promise<TlsMaterial> {
  const { caFile, certificateFile, keyFile } = files;
  return {
    authority: caFile === '' ? '' : await readCaFile(caFile, readTextFile),
    certificate: certificateFile === '' ? '' : await readFileFor('failed to read cert file', certificateFile, readTextFile),
    key: keyFile === '' ? '' : await readFileFor('failed to read key file', keyFile, readTextFile),
  };
}

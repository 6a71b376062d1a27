import { FluxError } from '../../core/errors.ts';
import type { PackedFolder } from '../../engine/artifact/index.ts';
import type { ArtifactFiles } from './ports.ts';

/** What is packed. */
export interface PackOptions {
  /** A folder, a file, or `-` for standard input. */
  readonly path: string;
  readonly ignorePaths: readonly string[];
  readonly resolveSymlinks?: boolean;
}

/** What the file is called that standard input goes into. */
const STDIN_NAME = 'manifests.yaml';

/**
 * Packs what the user named.
 *
 * Effects: reads files, or standard input
 * Source: fluxcd/flux2 cmd/flux/build_artifact.go
 * Differs: standard input has the same name each time, so that the same text gives the same digest
 *
 * @throws {FluxError} artifact/bad-path; those of packing
 */
export async function packPath(options: PackOptions, files: ArtifactFiles): Promise<PackedFolder> {
  const { path, ignorePaths, resolveSymlinks = false } = options;
  if (path === '') throw badPath('invalid path ""', 'name a folder or a file: --path=./deploy');
  if (path === '-') return await files.packText(STDIN_NAME, (await files.readStdin()).replace(/[\r\n]+$/, ''));
  const kind = await files.stat(path);
  if (kind === undefined || kind === 'other') {
    throw badPath(
      `invalid path '${path}', must point to an existing directory or file`,
      'the path counts from where the command runs',
    );
  }
  return await files.pack({ path, ignorePaths, resolveSymlinks });
}

function badPath(message: string, hint: string): FluxError {
  return new FluxError('artifact/bad-path', message, { hint });
}

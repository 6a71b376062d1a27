import type { ArtifactWorld } from './ports.ts';
import { packPath, type PackOptions } from './pack-path.ts';

/** How an artifact is built. */
export interface BuildArtifactOptions extends PackOptions {
  /** File that is written. */
  readonly output: string;
}

/** A built artifact. */
export interface BuiltArtifact {
  readonly path: string;
  /** Of the file. */
  readonly digest: string;
  readonly sizeBytes: number;
  readonly fileCount: number;
}

/**
 * Packs a folder or a file into a `.tgz`, byte by byte as flux does.
 *
 * Effects: reads files; writes one
 * Source: fluxcd/flux2 cmd/flux/build_artifact.go
 *
 * @throws {FluxError} artifact/bad-path, artifact/output-unwritable; those of packing
 */
export async function buildArtifact(
  options: BuildArtifactOptions,
  world: Pick<ArtifactWorld, 'files' | 'progress'>,
): Promise<BuiltArtifact> {
  world.progress.action(`building artifact from ${options.path}`);
  const packed = await packPath(options, world.files);
  await world.files.write(options.output, packed.bytes);
  world.progress.success(`artifact created at ${options.output}`);
  const { digest, sizeBytes, fileCount } = packed;
  return { path: options.output, digest, sizeBytes, fileCount };
}

import { FluxError } from '../../core/errors.ts';
import { ANNOTATION, parseReference, repositoryName } from '../../engine/oci/index.ts';
import { fetchLayer, findArtifact } from './fetch-artifact-layer.ts';
import type { ArtifactWorld, RegistryChoice } from './ports.ts';
import { requireUrl } from './require-url.ts';

/** How an artifact is pulled. */
export interface PullArtifactOptions extends RegistryChoice {
  readonly url: string;
  /** Folder that it is unpacked into; must be there. */
  readonly output: string;
}

/** A pulled artifact. */
export interface PulledArtifact {
  /** `host/path@sha256:…`. */
  readonly digest: string;
  readonly source: string;
  readonly revision: string;
  readonly fileCount: number;
}

/**
 * Downloads an artifact and unpacks it into a folder.
 *
 * Effects: asks the registry; writes into the folder once all of it is here and sound
 * Source: fluxcd/flux2 cmd/flux/pull_artifact.go
 *
 * @throws {FluxError} artifact/url-missing, artifact/bad-output, artifact/no-layer; those of the registry and of unpacking
 */
export async function pullArtifact(options: PullArtifactOptions, world: Omit<ArtifactWorld, 'now'>): Promise<PulledArtifact> {
  const url = requireUrl(options.url, 'artifact URL is required');
  if (options.output === '') throw badOutput('output path cannot be empty', 'name a folder: --output=./manifests');
  if ((await world.files.stat(options.output)) !== 'directory') {
    throw badOutput(`invalid output path "${options.output}": it is no folder`, `mkdir -p ${options.output}`);
  }
  const reference = parseReference(url);
  const registry = await world.openRegistry(reference, options);
  const { progress } = world;
  progress.action(`pulling artifact from ${url.slice('oci://'.length)}`);
  const found = await findArtifact(registry, reference);
  const bytes = await fetchLayer(registry, reference, found);
  const fileCount = await world.files.unpack(bytes, options.output);
  const source = found.manifest.annotations[ANNOTATION.source] ?? '';
  const revision = found.manifest.annotations[ANNOTATION.revision] ?? '';
  const digest = `${repositoryName(reference)}@${found.digest}`;
  if (source !== '') progress.success(`source ${source}`);
  if (revision !== '') progress.success(`revision ${revision}`);
  progress.success(`digest ${digest}`);
  progress.success(`artifact content extracted to ${options.output}`);
  return { digest, source, revision, fileCount };
}

function badOutput(message: string, hint: string): FluxError {
  return new FluxError('artifact/bad-output', message, { hint });
}

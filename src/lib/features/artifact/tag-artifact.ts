import { FluxError } from '../../core/errors.ts';
import type { View } from '../../core/view.ts';
import { checkTag, identifierOf, parseReference, repositoryName } from '../../engine/oci/index.ts';
import type { ArtifactWorld, RegistryChoice } from './ports.ts';
import { requireUrl } from './require-url.ts';

/** Which tags an artifact gets. */
export interface TagArtifactOptions extends RegistryChoice {
  readonly url: string;
  readonly tags: readonly string[];
}

/** A tag, and what became of it. */
export interface TaggedArtifact {
  /** `host/path:tag`. */
  readonly artifact: string;
  readonly digest: string;
  /** `moved` from another artifact. */
  readonly action: 'created' | 'moved' | 'unchanged';
}

/** Columns of `tag artifact`. */
export const TAGS_VIEW: View<TaggedArtifact> = [
  { title: 'ARTIFACT', value: (row) => row.artifact },
  { title: 'DIGEST', value: (row) => row.digest },
  { title: 'ACTION', value: (row) => row.action },
];

/**
 * Gives an artifact more tags. All are checked before the first is written.
 *
 * Effects: writes to the registry
 * Source: fluxcd/flux2 cmd/flux/tag_artifact.go
 *
 * @throws {FluxError} artifact/url-missing, artifact/tag-missing, oci/bad-tag; those of the registry
 */
export async function tagArtifact(
  options: TagArtifactOptions,
  world: Pick<ArtifactWorld, 'openRegistry' | 'progress'>,
): Promise<TaggedArtifact[]> {
  const url = requireUrl(options.url, 'artifact name is required');
  if (options.tags.length === 0) throw new FluxError('artifact/tag-missing', '--tag is required', { hint: '--tag=latest' });
  const tags = options.tags.map(checkTag);
  const reference = parseReference(url);
  const { repository } = reference;
  const registry = await world.openRegistry(reference, options);
  world.progress.action('tagging artifact');
  const manifest = await registry.getManifest(repository, identifierOf(reference));
  const done: TaggedArtifact[] = [];
  for (const tag of tags) {
    const before = await registry.headManifest(repository, tag);
    const action = before === undefined ? 'created' : before === manifest.digest ? 'unchanged' : 'moved';
    if (action !== 'unchanged') await registry.putManifest(repository, tag, manifest);
    const artifact = `${repositoryName(reference)}:${tag}`;
    world.progress.success(
      action === 'unchanged' ? `artifact is tagged as ${artifact} already` : `artifact tagged as ${artifact}`,
    );
    done.push({ artifact, digest: manifest.digest, action });
  }
  return done;
}

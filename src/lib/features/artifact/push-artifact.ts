import { FluxError } from '../../core/errors.ts';
import {
  ANNOTATION,
  identifierOf,
  type Image,
  makeImage,
  parseReference,
  readManifest,
  type Reference,
  type Registry,
  repositoryName,
} from '../../engine/oci/index.ts';
import { packPath, type PackOptions } from './pack-path.ts';
import type { ArtifactWorld, RegistryChoice } from './ports.ts';
import { requireUrl } from './require-url.ts';

/** How an artifact is pushed. */
export interface PushArtifactOptions extends PackOptions, RegistryChoice {
  /** `oci://host/path:tag`. */
  readonly url: string;
  /** Where the content comes from, such as a Git URL. */
  readonly source: string;
  /** `main@sha1:…`. */
  readonly revision: string;
  /** `key=value`. */
  readonly annotations: readonly string[];
  /** True writes 1970 as the time, so that the same content gives the same digest. */
  readonly reproducible: boolean;
}

/** A pushed artifact; the shape is that of `flux push artifact -o json`. */
export interface PushedArtifact {
  /** `oci://host/path@sha256:…`. */
  readonly url: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

const EPOCH = '1970-01-01T00:00:00Z';

/**
 * Pushes a folder or a file as an artifact of Flux. What the registry has already is not sent again; and where the tag has the
 * same content, source, revision and annotations, it is left as it is.
 *
 * Effects: reads files; writes to the registry: blobs first, the manifest last
 * Source: fluxcd/flux2 cmd/flux/push_artifact.go; fluxcd/pkg oci/push.go
 * Differs: an artifact that differs in nothing but the time of its making is not pushed anew
 *
 * @throws {FluxError} artifact/url-missing, artifact/source-missing, artifact/revision-missing, artifact/bad-path,
 * artifact/bad-annotation; those of packing and of the registry
 */
export async function pushArtifact(options: PushArtifactOptions, world: ArtifactWorld): Promise<PushedArtifact> {
  const reference = parseReference(requireUrl(options.url, 'artifact URL is required'));
  if (reference.digest !== undefined) {
    throw new FluxError('artifact/tag-missing', 'an artifact is pushed to a tag, not to a digest', {
      hint: `write oci://${repositoryName(reference)}:TAG`,
    });
  }
  const annotations = annotationsOf(options, world.now());
  const { progress } = world;
  const packed = await packPath(options, world.files);
  const image = makeImage({ layer: packed, annotations });
  const registry = await world.openRegistry(reference, options);
  progress.action(`pushing artifact to ${repositoryName(reference)}:${identifierOf(reference)}`);
  const isTimeGiven = options.reproducible || Object.hasOwn(parseAnnotations(options.annotations), ANNOTATION.created);
  const known = await sameArtifact(registry, reference, image, annotations, isTimeGiven);
  const digest = known ?? (await upload(registry, reference, image, packed.bytes));
  const name = `${repositoryName(reference)}@${digest}`;
  progress.success(known === undefined ? `artifact successfully pushed to ${name}` : `artifact unchanged: ${name}`);
  return { url: `oci://${name}`, repository: repositoryName(reference), tag: identifierOf(reference), digest };
}

function annotationsOf(options: PushArtifactOptions, now: Date): Record<string, string> {
  if (options.source === '') {
    throw new FluxError('artifact/source-missing', '--source is required', {
      hint: 'name where the files come from: --source="$(git config --get remote.origin.url)"',
    });
  }
  if (options.revision === '') {
    throw new FluxError('artifact/revision-missing', '--revision is required', {
      hint: 'such as --revision="main@sha1:$(git rev-parse HEAD)"',
    });
  }
  return {
    [ANNOTATION.created]: options.reproducible ? EPOCH : `${now.toISOString().slice(0, 19)}Z`,
    [ANNOTATION.source]: options.source,
    [ANNOTATION.revision]: options.revision,
    ...parseAnnotations(options.annotations),
  };
}

function parseAnnotations(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair): [string, string] => {
      const at = pair.indexOf('=');
      if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
      throw new FluxError('artifact/bad-annotation', `invalid annotation ${pair}, must be in the format key=value`);
    }),
  );
}

/** The digest under the tag, where it is the same artifact. */
async function sameArtifact(
  registry: Registry,
  { repository, tag = 'latest' }: Reference,
  image: Image,
  annotations: Readonly<Record<string, string>>,
  isTimeGiven: boolean,
): Promise<string | undefined> {
  const digest = await registry.headManifest(repository, tag);
  if (digest === undefined || digest === image.manifest.digest) return digest;
  if (isTimeGiven) return undefined;
  const stored = await registry.getManifest(repository, tag);
  const found = readManifest(stored);
  if (found.layers.length !== 1 || found.layers[0]?.digest !== image.layer.digest) return undefined;
  if (found.layers[0].mediaType !== image.layer.mediaType || found.config?.mediaType !== image.config.mediaType) return undefined;
  const names = new Set([...Object.keys(found.annotations), ...Object.keys(annotations)]);
  names.delete(ANNOTATION.created);
  return [...names].every((name) => found.annotations[name] === annotations[name]) ? stored.digest : undefined;
}

async function upload(
  registry: Registry,
  { repository, tag = 'latest' }: Reference,
  image: Image,
  layer: Uint8Array,
): Promise<string> {
  await Promise.all([
    registry.putBlob(repository, { digest: image.layer.digest, bytes: layer }),
    registry.putBlob(repository, image.config),
  ]);
  await registry.putManifest(repository, tag, image.manifest);
  return image.manifest.digest;
}

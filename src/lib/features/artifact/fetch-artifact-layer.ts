import { FluxError } from '../../core/errors.ts';
import {
  type Descriptor,
  identifierOf,
  INDEX_TYPES,
  readManifest,
  type ReadManifest,
  type Reference,
  type Registry,
  repositoryName,
} from '../../engine/oci/index.ts';

/** The manifest of an artifact, with its first layer. */
export interface FoundArtifact {
  /** Digest of what the address names. */
  readonly digest: string;
  readonly manifest: ReadManifest;
  readonly layer: Descriptor;
}

/** Most bytes of a layer, as of any artifact. */
const MAX_LAYER_BYTES = 512 * 1024 * 1024;
/** Which image of an index is taken, where there are several: that of the machines that controllers run on. */
const PLATFORM = { os: 'linux', architecture: 'amd64' } as const;

/**
 * Finds the artifact that an address names.
 *
 * Effects: asks the registry
 * Source: fluxcd/pkg oci/pull.go
 *
 * @throws {FluxError} artifact/no-layer; those of the registry
 */
export async function findArtifact(registry: Registry, reference: Reference): Promise<FoundArtifact> {
  const stored = await registry.getManifest(reference.repository, identifierOf(reference));
  let manifest = readManifest(stored);
  if (INDEX_TYPES.includes(stored.mediaType) || (manifest.layers.length === 0 && manifest.manifests.length > 0)) {
    const chosen =
      manifest.manifests.find(({ os, architecture }) => os === PLATFORM.os && architecture === PLATFORM.architecture) ??
      (manifest.manifests.length === 1 ? manifest.manifests[0] : undefined);
    if (chosen === undefined) throw noLayer(reference, 'is an index without an image for linux/amd64');
    manifest = readManifest(await registry.getManifest(reference.repository, chosen.digest));
  }
  const [layer] = manifest.layers;
  if (layer === undefined) throw noLayer(reference, 'has no layers');
  return { digest: stored.digest, manifest, layer };
}

/**
 * Downloads the layer of an artifact.
 *
 * @throws {FluxError} artifact/no-layer: it is no tarball; those of the registry
 */
export async function fetchLayer(registry: Registry, reference: Reference, { layer }: FoundArtifact): Promise<Uint8Array> {
  const bytes = await registry.getBlob(reference.repository, layer, MAX_LAYER_BYTES);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return bytes;
  throw noLayer(reference, `has a first layer of type ${layer.mediaType}, which is not compressed with gzip`);
}

function noLayer(reference: Reference, why: string): FluxError {
  return new FluxError('artifact/no-layer', `${repositoryName(reference)}@${identifierOf(reference)} ${why}`, {
    hint: 'name an artifact that was made by `flux-ts push artifact`',
  });
}

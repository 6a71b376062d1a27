/** Media types, as flux 2.9 writes them; fluxcd/pkg oci/globals.go, OCI image-spec. */
export const MEDIA_TYPE: Readonly<
  Record<'manifest' | 'index' | 'dockerManifest' | 'dockerIndex' | 'config' | 'content', string>
> = Object.freeze({
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  config: 'application/vnd.cncf.flux.config.v1+json',
  content: 'application/vnd.cncf.flux.content.v1.tar+gzip',
});

/** Annotations that tell where an artifact comes from; OCI image-spec annotations.md. */
export const ANNOTATION: Readonly<Record<'created' | 'source' | 'revision', string>> = Object.freeze({
  created: 'org.opencontainers.image.created',
  source: 'org.opencontainers.image.source',
  revision: 'org.opencontainers.image.revision',
});

/** What an artifact's address begins with in Flux. */
export const OCI_PREFIX = 'oci://';

/** Most bytes of a manifest, an error or a list of tags: what registries themselves take. */
export const MAX_DOCUMENT_BYTES: number = 4 * 1024 * 1024;

/** Blobs above this go up in pieces of this size. */
export const CHUNK_BYTES: number = 64 * 1024 * 1024;

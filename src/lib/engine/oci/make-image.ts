import { Buffer } from 'node:buffer';

import { FluxError } from '../../core/errors.ts';
import { ANNOTATION, MEDIA_TYPE } from './constants.ts';
import { sha256Of } from './digest.ts';
import type { Descriptor } from './types.ts';

/** What an artifact's image is made from. */
export interface ImageInput {
  /** The packed content. */
  readonly layer: { readonly digest: string; readonly sizeBytes: number };
  /** Must have `org.opencontainers.image.created`. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** An image that can be pushed: three blobs, of which the layer is elsewhere. */
export interface Image {
  readonly config: Descriptor & { readonly bytes: Uint8Array };
  readonly layer: Descriptor;
  readonly manifest: { readonly digest: string; readonly mediaType: string; readonly bytes: Uint8Array };
}

/**
 * Makes the image of an artifact. Its bytes are those that flux 2.9.4 writes for the same content and annotations, so that both
 * give the same digest. The configuration says nothing, and is the same for all artifacts: what there is to tell is in the
 * annotations.
 *
 * Effects: none
 * Source: fluxcd/pkg oci/push.go; google/go-containerregistry v0.21.6 pkg/v1/mutate/image.go, which leaves the configuration of
 * an artifact as it is, and pkg/v1/manifest.go for the order of the fields
 *
 * @throws {FluxError} oci/bad-created: the annotation is no time
 */
export function makeImage({ layer, annotations }: ImageInput): Image {
  checkTime(annotations[ANNOTATION.created] ?? '');
  const config = encode({
    architecture: '',
    created: '0001-01-01T00:00:00Z',
    os: '',
    rootfs: { type: 'layers', diff_ids: null },
    config: {},
  });
  const configDescriptor: Descriptor = { mediaType: MEDIA_TYPE.config, size: config.length, digest: sha256Of(config) };
  const layerDescriptor: Descriptor = { mediaType: MEDIA_TYPE.content, size: layer.sizeBytes, digest: layer.digest };
  const sorted = Object.fromEntries(Object.entries(annotations).sort(([one], [other]) => (one < other ? -1 : 1)));
  const manifest = encode({
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    config: configDescriptor,
    layers: [layerDescriptor],
    annotations: sorted,
  });
  return {
    config: { ...configDescriptor, bytes: config },
    layer: layerDescriptor,
    manifest: { digest: sha256Of(manifest), mediaType: MEDIA_TYPE.manifest, bytes: manifest },
  };
}

/** As Go's encoding/json writes it, which escapes what HTML would take for a tag. */
function encode(value: unknown): Uint8Array {
  const text = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return Buffer.from(text, 'utf8');
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

function checkTime(text: string): void {
  if (RFC3339.test(text) && !Number.isNaN(Date.parse(text.replace(',', '.')))) return;
  throw new FluxError('oci/bad-created', `${ANNOTATION.created} is ${JSON.stringify(text)}, which is no RFC 3339 time`, {
    hint: 'write it like 2026-01-31T12:00:00Z',
  });
}

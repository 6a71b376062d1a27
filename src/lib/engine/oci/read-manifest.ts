import { Buffer } from 'node:buffer';

import { FluxError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { MEDIA_TYPE } from './constants.ts';
import type { Descriptor, StoredManifest } from './types.ts';

/** A manifest of an image or of an index, as far as artifacts need it. */
export interface ReadManifest {
  readonly annotations: Readonly<Record<string, string>>;
  readonly layers: readonly Descriptor[];
  readonly config?: Descriptor;
  /** Images of an index. */
  readonly manifests: readonly (Descriptor & { readonly os: string; readonly architecture: string })[];
}

/** Types of manifests that name others. */
export const INDEX_TYPES: readonly string[] = [MEDIA_TYPE.index, MEDIA_TYPE.dockerIndex];

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * Reads a manifest.
 *
 * Effects: none
 * Source: OCI image-spec manifest.md, image-index.md
 *
 * @throws {FluxError} oci/bad-manifest
 */
export function readManifest({ bytes, digest }: Pick<StoredManifest, 'bytes' | 'digest'>): ReadManifest {
  const bad = (why: string): FluxError =>
    new FluxError('oci/bad-manifest', `the manifest ${digest} ${why}`, { hint: 'push the artifact anew' });
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(Buffer.from(bytes).toString('utf8')) as JsonValue;
  } catch {
    throw bad('is no JSON');
  }
  if (!isJsonObject(parsed)) throw bad('is no object');
  const descriptor = (value: JsonValue | undefined): Descriptor => {
    const { mediaType, digest: named, size } = isJsonObject(value) ? value : {};
    if (typeof named !== 'string' || !DIGEST.test(named) || typeof size !== 'number' || !(size >= 0)) {
      throw bad('names a blob without a sha256 digest or a size');
    }
    return { mediaType: typeof mediaType === 'string' ? mediaType : '', digest: named, size };
  };
  const list = (name: string): readonly JsonValue[] => {
    const value = (parsed as JsonObject)[name];
    return Array.isArray(value) ? value : [];
  };
  return {
    annotations: readTexts(parsed['annotations']),
    layers: list('layers').map(descriptor),
    ...(isJsonObject(parsed['config']) ? { config: descriptor(parsed['config']) } : {}),
    manifests: list('manifests').map((item) => {
      const platform = isJsonObject(item) && isJsonObject(item['platform']) ? item['platform'] : {};
      const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
      return { ...descriptor(item), os: text(platform['os']), architecture: text(platform['architecture']) };
    }),
  };
}

function readTexts(value: JsonValue | undefined): Record<string, string> {
  // Without a prototype: an annotation may be called "constructor".
  const texts = Object.create(null) as Record<string, string>;
  if (isJsonObject(value)) for (const [key, text] of Object.entries(value)) if (typeof text === 'string') texts[key] = text;
  return texts;
}

import { FluxError } from '../../core/errors.ts';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';

/** The images of a Deployment's containers, in their order. */
export function imagesOf(deployment: K8sObject | undefined): string[] {
  const containers = member(member(member(deployment?.['spec'], 'template'), 'spec'), 'containers');
  if (!Array.isArray(containers)) return [];
  return containers.map((container) => member(container, 'image')).filter((image) => typeof image === 'string');
}

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}

/**
 * Splits an image into the last part of its name and what follows: tag, digest or both.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/version.go splitImageStr
 * Differs: a registry's port is never taken for a tag, and a digest alone counts as a version
 *
 * @throws {FluxError} install/untagged-image: neither tag nor digest
 * @example splitImage('ghcr.io/fluxcd/source-controller:v1.9.4') // { name: 'source-controller', tag: 'v1.9.4' }
 */
export function splitImage(image: string): { name: string; tag: string } {
  const last = image.slice(image.lastIndexOf('/') + 1);
  const found = /^([^:@]+)(?::(.+)|@(.+))$/.exec(last);
  const [, name, tag, digest] = found ?? [];
  if (name === undefined) throw new FluxError('install/untagged-image', `missing image tag in image ${image}`);
  return { name, tag: tag ?? digest ?? '' };
}

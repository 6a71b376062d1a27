import { FluxError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { yamlWriter } from '../../core/yaml/emit-yaml.ts';
import { aboutResource } from './about-resource.ts';
import { plainOf, toJson } from './node.ts';
import type { Node } from './node.ts';
import { subjectOf } from './resource.ts';
import type { Resource } from './resource.ts';

/**
 * Turns a resource into an object.
 *
 * @throws {FluxError} kustomize/invalid-output: something in it cannot be written (a key that is no string, a key twice, `.nan`)
 */
export function toObject(resource: Resource): K8sObject {
  demandWritable(resource);
  return aboutResource(resource, () => toJson(resource.node ?? {}) as K8sObject);
}

/**
 * Makes a writer of resources as YAML, without objects in between.
 *
 * @returns throws as `toObject`
 */
export function resourceWriter(): (resource: Resource) => string {
  const write = yamlWriter((value) => plainOf(value as Node));
  return (resource) => {
    demandWritable(resource);
    return aboutResource(resource, () => write((resource.node ?? {}) as JsonObject));
  };
}

/** Refuses a resource in which something was wrong from the start. */
export function demandWritable(resource: Resource): void {
  const { defect, file } = resource;
  if (defect === undefined) return;
  const subject = subjectOf(resource);
  const { message, line, column } = defect;
  throw new FluxError('kustomize/invalid-output', `write resource: ${message}`, {
    ...(file === undefined ? {} : { source: { file, line, column } }),
    ...(subject === undefined ? {} : { subject }),
  });
}

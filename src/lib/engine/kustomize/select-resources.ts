import { compileGoRegExp } from './go-regexp.ts';
import { effectiveNamespace } from './ids.ts';
import type { ResourceId } from './ids.ts';
import { parseLabelSelector } from './label-selector.ts';
import type { LabelMatcher } from './label-selector.ts';
import { currentId, metaMap, originalId } from './resource.ts';
import type { Resource } from './resource.ts';
import type { Selector } from './types.ts';

/** A selector with its regular expressions compiled; an absent part fits anything. */
export interface CompiledSelector {
  fitsGvk(id: ResourceId): boolean;
  fitsName(name: string): boolean;
  fitsNamespace(namespace: string): boolean;
  readonly labels: LabelMatcher | undefined;
  readonly annotations: LabelMatcher | undefined;
  /** True where no part of the id is asked for. */
  readonly isAnyId: boolean;
}

/**
 * Compiles a selector; its parts are regular expressions that must fit the whole text.
 *
 * @throws {FluxError} kustomize/invalid-selector; of labels and annotations only when they are asked
 */
export function compileSelector(selector: Selector): CompiledSelector {
  const group = matcher(selector.group);
  const version = matcher(selector.version);
  const kind = matcher(selector.kind);
  const { labelSelector = '', annotationSelector = '' } = selector;
  return {
    fitsGvk: (id) => group(id.group) && version(id.version) && kind(id.kind),
    fitsName: matcher(selector.name),
    fitsNamespace: matcher(selector.namespace),
    labels: labelMatcher(labelSelector),
    annotations: labelMatcher(annotationSelector),
    isAnyId: [selector.group, selector.version, selector.kind, selector.name, selector.namespace].every((part) => !part),
  };
}

function matcher(pattern: string | undefined): (text: string) => boolean {
  if (pattern === undefined || pattern === '') return () => true;
  // Most are plain names.
  if (/^[A-Za-z0-9_-]+$/.test(pattern)) return (text) => text === pattern;
  const regexp = compileGoRegExp(`^(?:${pattern})$`);
  return (text) => regexp.test(text);
}

/** The text is read when it is first asked: where nothing gets so far, a wrong one does no harm in the original either. */
function labelMatcher(text: string): LabelMatcher | undefined {
  if (text === '') return undefined;
  let parsed: LabelMatcher | undefined;
  return (labels) => {
    parsed ??= parseLabelSelector(text);
    return parsed(labels);
  };
}

/** Tells whether labels and annotations fit. */
export function fitsMetadata(resource: Resource, { labels, annotations }: CompiledSelector): boolean {
  const { node } = resource;
  if (node === undefined) return false;
  if (labels !== undefined && !labels(metaMap(node, 'labels'))) return false;
  return annotations === undefined || annotations(metaMap(node, 'annotations'));
}

/** The resources that a patch's target selects: name and namespace of now or of the beginning count. */
export function selectResources(resources: readonly Resource[], selector: Selector): Resource[] {
  const compiled = compileSelector(selector);
  return resources.filter((resource) => {
    if (resource.node === undefined) return false;
    const now = currentId(resource);
    const then = originalId(resource);
    return (
      (compiled.fitsNamespace(effectiveNamespace(then)) || compiled.fitsNamespace(effectiveNamespace(now))) &&
      (compiled.fitsName(then.name) || compiled.fitsName(now.name)) &&
      compiled.fitsGvk(now) &&
      fitsMetadata(resource, compiled)
    );
  });
}

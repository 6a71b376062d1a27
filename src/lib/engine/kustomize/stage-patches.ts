import { FluxError, isFluxError } from '../../core/errors.ts';
import { isJsonObject, parseJson } from '../../core/json.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { parseYaml } from '../../core/yaml/index.ts';
import { nameResource } from './about-resource.ts';
import type { Context, Loader } from './context.ts';
import { formatId } from './ids.ts';
import type { ResourceId } from './ids.ts';
import { throughJsonDoubles } from './json-numbers.ts';
import { internalAnnotations, isInternalAnnotation } from './internal-annotations.ts';
import { applyJsonPatch } from './json-patch.ts';
import type { Operation } from './json-patch.ts';
import { loadText } from './load.ts';
import { cloneNode, isEmptyMap, isMap, isMissingOrNull, member, scalarOf, setMember, textOf, toJson } from './node.ts';
import type { Node, NodeMap } from './node.ts';
import { formatOrigin, formatTransformations, ORIGIN_ANNOTATION, TRANSFORMATIONS_ANNOTATION } from './origin.ts';
import { makeResources, parseResources } from './parse-resources.ts';
import type { ParsedResource } from './parse-resources.ts';
import { dropDeleted, findByAnyId, renew, touch } from './resource-set.ts';
import type { ResourceSet } from './resource-set.ts';
import { kindOfResource, metaMap, originalId, rememberName, setMetaMap, setMetaText, sourceOf, subjectOf } from './resource.ts';
import type { Resource } from './resource.ts';
import { selectResources } from './select-resources.ts';
import type { Stage } from './stage.ts';
import { mergePatch } from './strategic-merge.ts';
import type { Patch, Selector } from './types.ts';
import { demandWritable } from './write-resources.ts';

/**
 * Makes the stage of an entry of `patches`: a strategic merge or JSON6902 operations, whichever its text is.
 *
 * @throws {FluxError} kustomize/invalid-patch: neither or both of path and patch, or a text that is neither sort of patch
 */
export function patchStage(context: Context, loader: Loader, entry: Patch, file: string): Stage {
  const inline = (entry.patch ?? '').trim();
  const path = entry.path ?? '';
  if (inline === '' && path === '') throw invalidPatch('must specify one of patch and path in an entry of patches', file);
  if (inline !== '' && path !== '') throw invalidPatch(`patch and path can't be set at the same time (path is "${path}")`, file);
  const text = path === '' ? inline : loadText(context, loader, path);
  // Only messages have it.
  const name = (): string => (path === '' ? `[patch: ${JSON.stringify(inline)}]` : `[path: "${path}"]`);
  const source = path === '' ? file : `${loader.root === '/' ? '' : loader.root}/${path}`;
  // A text is hardly ever both, and trying the wrong reading first costs more than looking at its beginning.
  const looksLikeList = /^(?:\s*(?:#.*|---.*)?\n)*\s*(?:-\s|\[)/.test(text);
  const first = looksLikeList ? attempt(() => parseOperations(text)) : attempt(() => parseResources(text, source));
  const isSettled = (first.value?.length ?? 0) > 0;
  const nothing: { value?: undefined; error?: unknown } = {};
  const merge = looksLikeList
    ? isSettled
      ? nothing
      : attempt(() => parseResources(text, source))
    : (first as Attempt<ParsedResource[]>);
  const operations = looksLikeList ? (first as Attempt<Operation[]>) : isSettled ? nothing : attempt(() => parseOperations(text));
  if ((merge.value?.length ?? 0) > 0 && (operations.value?.length ?? 0) > 0) {
    throw invalidPatch(`illegally qualifies as both an SM and JSON patch: ${name()}`, source);
  }
  if (merge.value === undefined && operations.value === undefined) {
    throw new FluxError('kustomize/invalid-patch', `read patch: unable to parse SM or JSON patch from ${name()}`, {
      source: isFluxError(merge.error) && merge.error.source !== undefined ? merge.error.source : { file: source },
      cause: merge.error,
    });
  }
  if (merge.value !== undefined) {
    const patches = makeResources(merge.value, source, (node) => node);
    for (const patch of patches) {
      patch.allowNameChange ||= entry.options?.allowNameChange ?? false;
      patch.allowKindChange ||= entry.options?.allowKindChange ?? false;
    }
    return (set) => {
      if (patches.length > 0) applyStrategic(context, set, patches, entry.target, name, source);
    };
  }
  return (set) => applyOperations(set, operations.value ?? [], entry.target, name, source);
}

interface Attempt<T> {
  readonly value?: T;
  readonly error?: unknown;
}

function attempt<T>(run: () => T): Attempt<T> {
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof FluxError) return { error };
    throw error;
  }
}

function invalidPatch(what: string, file: string): FluxError {
  return new FluxError('kustomize/invalid-patch', `read patch: ${what}`, {
    source: { file },
    hint: 'an entry of "patches" has either "path" or "patch", and a "target" unless it is a merge patch that names its object',
  });
}

/**
 * Reads JSON6902 operations, in JSON or YAML.
 *
 * @throws {FluxError} kustomize/invalid-patch: not a list of operations
 */
export function parseOperations(text: string): Operation[] {
  let value: JsonValue;
  if (text.startsWith('[')) {
    try {
      value = parseJson(text);
    } catch (cause) {
      throw new FluxError('kustomize/invalid-patch', `read JSON patch: ${(cause as Error).message}`, { cause });
    }
  } else if (text === '') {
    throw new FluxError('kustomize/invalid-patch', 'read JSON patch: empty json patch operations');
  } else {
    value = parseYaml(text, { schema: 'sigs' });
  }
  if (value === null) return [];
  if (Array.isArray(value) && value.every((item) => isJsonObject(item) || item === null))
    return value.map((item) => (isJsonObject(item) ? item : {}));
  throw new FluxError('kustomize/invalid-patch', `read JSON patch: "${text.slice(0, 60)}" is not a list of operations`);
}

function applyStrategic(
  context: Context,
  set: ResourceSet,
  patches: readonly Resource[],
  target: Selector | undefined,
  name: () => string,
  file: string,
): void {
  if (target === undefined) {
    for (const patch of patches) mergeUntargeted(context, set, patch, true);
    return;
  }
  const [patch, another] = patches;
  if (another !== undefined) {
    throw invalidPatch(
      `multiple strategic-merge patches in one \`patches\` entry are not allowed to set \`patches.target\` field: ${name()}`,
      file,
    );
  }
  if (patch === undefined) return;
  for (const resource of selectResources(set.list, target)) mergeInto(context, resource, normalisePatch(patch, resource));
  renew(set);
}

/** A copy of a patch for one target: its labels and annotations are all strings, its apiVersion is the target's. */
function normalisePatch(patch: Resource, target: Resource): Resource {
  const node = cloneNode(patch.node ?? {});
  setMetaMap(node, 'labels', metaMap(node, 'labels'));
  setMetaMap(node, 'annotations', metaMap(node, 'annotations'));
  const meta = member(node, 'metadata');
  if (isMap(meta) && textOf(member(meta, 'namespace')) === '') setMember(meta, 'namespace', undefined);
  if (target.node !== undefined) setMember(node, 'apiVersion', textOf(member(target.node, 'apiVersion')));
  return { ...patch, node };
}

/** Applies a patch that names its target itself; an entry of `patches` is used up by it. */
export function mergeUntargeted(context: Context, set: ResourceSet, patch: Resource, isPatchesEntry: boolean): void {
  const id = originalId(patch);
  const [target, another] = findByAnyId(set, id);
  if (target === undefined || another !== undefined) throw noTarget(id, patch, another !== undefined);
  if (isPatchesEntry) {
    mergeInto(context, target, patch);
    if (patch.allowNameChange || patch.allowKindChange) touch(set);
  } else {
    mergeInto(context, target, normalisePatch(patch, target));
    dropDeleted(set);
  }
}

function noTarget(id: ResourceId, patch: Resource, several: boolean): FluxError {
  const source = sourceOf(patch);
  const what = several ? 'multiple matches' : 'no matches';
  return new FluxError(
    'kustomize/patch-target',
    `apply patch: no resource matches strategic merge patch "${formatId(id)}": ${what} for Id ${formatId(id)}; failed to find unique target for patch ${formatId(id)}`,
    {
      ...(source === undefined ? {} : { source }),
      hint: several
        ? 'name the one that is meant, with its namespace'
        : 'check kind, apiVersion, name and namespace of the patch',
    },
  );
}

/** Merges; the patch is used up. */
function mergeInto(context: Context, resource: Resource, patch: Resource): void {
  const { node } = resource;
  if (node === undefined || patch.node === undefined) return;
  const meta = member(node, 'metadata');
  const name = isMap(meta) ? member(meta, 'name') : undefined;
  const namespace = isMap(meta) ? member(meta, 'namespace') : undefined;
  const kind = kindOfResource(node);
  if (patch.allowNameChange || patch.allowKindChange) rememberName(resource);
  // Where the target has the key already, its own spelling stays.
  const isKeyKnown = patch.defect?.key !== undefined && hasKey(node, patch.defect.key);
  if (!isKeyKnown) resource.defect ??= patch.defect;
  let merged: NodeMap | undefined;
  try {
    merged = mergePatch(node, patch.node, context.schema);
  } catch (error) {
    if (!(error instanceof FluxError)) throw error;
    // The patch is what is wrong, so that is where the error is.
    const source = sourceOf(patch);
    throw nameResource(
      source === undefined ? error : new FluxError(error.code, error.message, { source, cause: error }),
      resource,
      'apply patch',
    );
  }
  if (merged === undefined || isEmptyMap(merged)) {
    resource.node = undefined;
    return;
  }
  resource.node = merged;
  if (!patch.allowKindChange) setMember(merged, 'kind', scalarOf(kind, member(merged, 'kind')));
  if (!patch.allowNameChange) setMetaText(merged, 'name', isMissingOrNull(name) ? '' : name);
  const hasNamespace = !isMissingOrNull(namespace) && textOf(namespace) !== '';
  setMetaText(merged, 'namespace', hasNamespace ? namespace : undefined);
}

function hasKey(node: Node, key: string): boolean {
  if (Array.isArray(node)) return node.some((item) => hasKey(item, key));
  if (!isMap(node)) return false;
  return Object.hasOwn(node, key) || Object.values(node).some((value) => value !== undefined && hasKey(value, key));
}

function applyOperations(
  set: ResourceSet,
  operations: readonly Operation[],
  target: Selector | undefined,
  name: () => string,
  file: string,
): void {
  if (target === undefined) throw invalidPatch(`must specify a target for JSON patch ${name()}`, file);
  for (const resource of selectResources(set.list, target)) {
    rememberName(resource);
    patchResource(resource, operations, file);
  }
  touch(set);
}

/** The annotations of a document, made where there are none; `undefined` where there is no place for them. */
function annotationsOf(document: JsonValue): JsonObject | undefined {
  const meta = isJsonObject(document) ? document['metadata'] : undefined;
  if (!isJsonObject(meta)) return undefined;
  meta['annotations'] ??= {};
  return isJsonObject(meta['annotations']) ? meta['annotations'] : undefined;
}

/** Where a resource comes from, which a patch may take away; the other notes it cannot. */
function originAnnotations({ origin, transformations }: Resource): Record<string, string> {
  return {
    ...(origin === undefined ? {} : { [ORIGIN_ANNOTATION]: formatOrigin(origin) }),
    ...(transformations.length === 0 ? {} : { [TRANSFORMATIONS_ANNOTATION]: formatTransformations(transformations) }),
  };
}

/** Takes the notes out of a patched document, and forgets what the patch took away. */
function takeNotes(resource: Resource, document: JsonValue): void {
  const meta = isJsonObject(document) ? document['metadata'] : undefined;
  const found = isJsonObject(meta) ? meta['annotations'] : undefined;
  const annotations = isJsonObject(found) ? found : {};
  if (!Object.hasOwn(annotations, ORIGIN_ANNOTATION)) resource.origin = undefined;
  if (!Object.hasOwn(annotations, TRANSFORMATIONS_ANNOTATION)) resource.transformations = [];
  for (const name of Object.keys(annotations)) {
    const isNote = isInternalAnnotation(name) || name === ORIGIN_ANNOTATION || name === TRANSFORMATIONS_ANNOTATION;
    if (isNote) delete annotations[name];
  }
}

/** Applies operations to one resource. */
export function patchResource(resource: Resource, operations: readonly Operation[], file: string): void {
  demandWritable(resource);
  let patched: JsonValue;
  try {
    const document = toJson(resource.node ?? {});
    // The original keeps its notes in annotations, so that a patch always finds some; afterwards it puts them back.
    const notes = { ...internalAnnotations(resource), ...originAnnotations(resource) };
    if (Object.keys(notes).length > 0) Object.assign(annotationsOf(document) ?? {}, notes);
    patched = applyJsonPatch(document, operations);
    takeNotes(resource, patched);
  } catch (error) {
    if (!isFluxError(error)) throw error;
    const subject = subjectOf(resource);
    throw new FluxError(error.code, error.message, {
      source: { file },
      ...(subject === undefined ? {} : { subject }),
      cause: error,
    });
  }
  const node = throughJsonDoubles(patched);
  if (!isMap(node)) throw invalidPatch('the patched resource is not a map', file);
  resource.node = node;
  setMetaMap(node, 'annotations', metaMap(node, 'annotations'));
}

import { FluxError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json.ts';
import type { JsonValue } from '../../core/json.ts';
import { parseYaml } from '../../core/yaml/index.ts';
import { nameResource } from './about-resource.ts';
import type { Context, Loader } from './context.ts';
import { decode } from './decode.ts';
import { REPLACEMENT_SHAPE } from './kustomization-shape.ts';
import { loadText } from './load.ts';
import { lookUp, readSlot, rootSlot, splitFieldPath, writeSlot } from './look-up.ts';
import type { Slot } from './look-up.ts';
import { matchPath } from './match-path.ts';
import type { CreateKind } from './match-path.ts';
import { cloneNode, isEmpty, isMap, isMissingOrNull, taggedScalar, tagOf, textOf, writtenScalar } from './node.ts';
import type { Node } from './node.ts';
import { formatId, fitsGvk } from './ids.ts';
import type { ResourceId } from './ids.ts';
import { effectiveNamespace } from './ids.ts';
import { touch } from './resource-set.ts';
import { hasId } from './resource.ts';
import type { Resource } from './resource.ts';
import { replaceInText } from './replace-in-text.ts';
import { compileSelector, fitsMetadata } from './select-resources.ts';
import type { Stage } from './stage.ts';
import type { FieldOptions, Replacement, Selector } from './types.ts';

const DEFAULT_FIELD = 'metadata.name';

type Source = NonNullable<Replacement['source']>;
type Target = NonNullable<Replacement['targets']>[number];

function replacementError(what: string): FluxError {
  return new FluxError('kustomize/replacement', `replace: ${what}`);
}

/**
 * Makes the stage of `replacements`: values are copied from one field to others.
 *
 * @throws {FluxError} kustomize/replacement: an entry has both a path and content, or a file has neither list nor map
 */
export function replacementStage(context: Context, loader: Loader, entries: readonly Replacement[]): Stage {
  const replacements = entries.flatMap((entry) => loadReplacements(context, loader, entry));
  return (set) => {
    for (const replacement of replacements) replace(set.list, replacement);
    touch(set);
  };
}

function loadReplacements(context: Context, loader: Loader, entry: Replacement): Replacement[] {
  const { path = '' } = entry;
  if (path === '') return [entry];
  if (entry.source !== undefined || (entry.targets?.length ?? 0) > 0) {
    throw replacementError(`cannot specify both path and inline replacement (path is "${path}")`);
  }
  const value = parseYaml(loadText(context, loader, path), { file: path, schema: 'sigs' });
  const fail = (message: string) => new FluxError('kustomize/replacement', message, { source: { file: path } });
  const one = (item: JsonValue) =>
    (decode(item, REPLACEMENT_SHAPE, { strict: false, convert: true, what: `read replacement "${path}"`, fail }) ??
      {}) as Replacement;
  if (Array.isArray(value)) return value.map(one);
  if (isJsonObject(value)) return [one(value)];
  throw fail(
    `read replacement "${path}": unsupported replacement type encountered within replacement path: it must be a list or a map`,
  );
}

function replace(resources: readonly Resource[], { source, sourceValue, targets }: Replacement): void {
  if ((source === undefined && sourceValue === undefined) || targets === undefined) {
    throw replacementError('replacements must specify a source and at least one target');
  }
  if (source !== undefined && sourceValue !== undefined)
    throw replacementError('value and resource selectors are mutually exclusive');
  // It is read anew for each target, since a target may be the source itself.
  const copied = source === undefined ? rootSlot(writtenScalar(sourceValue ?? '')) : readSource(resources, source);
  for (const target of targets) applyToTarget(resources, copied, target);
}

function readSource(resources: readonly Resource[], source: Source): Slot {
  const { fieldPath = '', options } = source;
  const path = fieldPath === '' ? DEFAULT_FIELD : fieldPath;
  const selected = selectSource(resources, source, fieldPath);
  let found: Slot | undefined;
  try {
    found = lookUp(selected.node ?? {}, splitFieldPath(path));
  } catch (error) {
    throw located(error, 'error looking up replacement source', selected);
  }
  if (found === undefined || isEmpty(readSlot(found))) {
    throw located(
      replacementError(`fieldPath \`${path}\` is missing for replacement source ${formatSelector(source)}`),
      '',
      selected,
    );
  }
  return refine(found, options);
}

function refine(found: Slot, options: FieldOptions | undefined): Slot {
  const { delimiter = '', index = 0 } = options ?? {};
  if (delimiter === '') return found;
  const value = readSlot(found);
  if (isMap(value) || Array.isArray(value)) throw replacementError('delimiter option can only be used with scalar nodes');
  const text = textOf(value);
  const part = text.split(delimiter)[Number(index)];
  if (part === undefined || Number(index) < 0)
    throw replacementError(`options.index ${index} is out of bounds for value ${text}`);
  return rootSlot(taggedScalar(part, value));
}

function selectSource(resources: readonly Resource[], source: Source, fieldPath: string): Resource {
  const text = `${formatSelector(source)}${fieldPath === '' ? '' : `:${fieldPath}`}`;
  let found: Resource | undefined;
  for (const resource of resources) {
    if (resource.node === undefined || !hasId(resource, (id) => isSelected(id, source))) continue;
    if (found !== undefined) throw replacementError(`multiple matches for selector ${text}`);
    found = resource;
  }
  if (found === undefined) throw replacementError(`nothing selected by ${text}`);
  return found;
}

function isSelected(id: ResourceId, { group = '', version = '', kind = '', name = '', namespace = '' }: Selector): boolean {
  if ((name !== '' && name !== id.name) || (kind !== '' && kind !== id.kind)) return false;
  if (namespace !== '' && effectiveNamespace({ group, version, kind, name, namespace }) !== effectiveNamespace(id)) return false;
  return fitsGvk(id, { group, version, kind });
}

function formatSelector({ group = '', version = '', kind = '', name = '', namespace = '' }: Selector): string {
  return formatId({ group, version, kind, name, namespace });
}

function applyToTarget(resources: readonly Resource[], copied: Slot, target: Target): void {
  const { select, reject = [], options } = target;
  if (select === undefined) throw replacementError('target must specify resources to select');
  const fieldPaths = target.fieldPaths === undefined || target.fieldPaths.length === 0 ? [DEFAULT_FIELD] : target.fieldPaths;
  const selected = compileSelector(select);
  const rejected = reject.map((selector) => compileSelector(selector));
  for (const resource of resources) {
    if (resource.node === undefined || !fitsMetadata(resource, selected)) continue;
    const isRejectedByMeta = rejected.some(
      (one) => (one.labels !== undefined || one.annotations !== undefined) && fitsMetadata(resource, one),
    );
    if (isRejectedByMeta) continue;
    const fits = (one: typeof selected) =>
      hasId(resource, (id) => one.fitsName(id.name) && one.fitsGvk(id) && one.fitsNamespace(id.namespace));
    if (rejected.some((one) => !one.isAnyId && fits(one)) || !fits(selected)) continue;
    for (const path of fieldPaths) {
      try {
        copyValue(resource, copied, path, options);
      } catch (error) {
        throw located(error, '', resource);
      }
    }
  }
}

function located(error: unknown, prefix: string, resource: Resource): unknown {
  if (!(error instanceof FluxError)) return error;
  return nameResource(
    replacementError(prefix === '' ? error.message.replace(/^replace: /, '') : `${prefix}: ${error.message}`),
    resource,
  );
}

function kindToCreate(value: Node): CreateKind {
  if (Array.isArray(value)) return 'list';
  return isMap(value) ? 'map' : 'scalar';
}

function copyValue(resource: Resource, copied: Slot, path: string, options: FieldOptions | undefined): void {
  const root = resource.node;
  if (root === undefined) return;
  const create = options?.create === true ? kindToCreate(readSlot(copied)) : undefined;
  const parts = splitFieldPath(path);
  if (replaceInText(root, readSlot(copied), parts, create)) return;
  const what =
    create === undefined
      ? `unable to find field "${path}" in replacement target`
      : `unable to find or create field "${path}" in replacement target`;
  let slots: ReturnType<typeof matchPath>;
  try {
    slots = matchPath(rootSlot(root), parts, create);
  } catch (error) {
    throw error instanceof FluxError ? replacementError(`${what}: ${error.message}`) : error;
  }
  if (slots.length === 0) throw replacementError(what);
  for (const slot of slots) writeSlot(slot, newValue(readSlot(slot), readSlot(copied), options));
}

/** A scalar keeps its own type and takes the text; anything else is replaced. */
function newValue(old: Node, value: Node, options: FieldOptions | undefined): Node {
  const { delimiter = '', index = 0 } = options ?? {};
  const isScalar = !isMap(old) && !Array.isArray(old);
  if (delimiter === '') return isScalar ? withText(old, textOf(value)) : cloneNode(value);
  if (!isScalar) throw replacementError('delimiter option can only be used with scalar nodes');
  const parts = textOf(old).split(delimiter);
  const text = isMissingOrNull(value) ? '' : textOf(value);
  const at = Number(index);
  if (at < 0) parts.unshift(text);
  else if (at >= parts.length) parts.push(text);
  else parts[at] = text;
  return withText(old, parts.join(delimiter));
}

/** What was made for it and gets no text is null, except within brackets, which is not followed. */
function withText(old: Node, text: string): Node {
  return text === '' && tagOf(old) === '' ? writtenScalar('') : taggedScalar(text, old);
}

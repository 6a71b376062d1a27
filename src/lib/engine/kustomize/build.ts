import { FluxError } from '../../core/errors.ts';
import type { FileSystem } from '../../core/filesystem.ts';
import type { K8sObject } from '../../core/objects.ts';
import { joinPath } from '../../core/paths.ts';
import { yamlWriter } from '../../core/yaml/emit-yaml.ts';
import { aboutResource } from './about-resource.ts';
import { accumulateTarget, emptyAccumulator } from './accumulate.ts';
import type { Context, Loader } from './context.ts';
import { completeFieldSpec, rememberRules } from './field-spec.ts';
import { defaultFieldSpecs } from './field-specs.ts';
import { fixReferences } from './fix-references.ts';
import { hashStage } from './hash-names.ts';
import { formatId } from './ids.ts';
import { INTERNAL_ANNOTATIONS } from './internal-annotations.ts';
import { isEmpty, isMap, member, setMember } from './node.ts';
import { chooseSchema } from './open-api.ts';
import { formatOrigin, formatTransformations, ORIGIN_ANNOTATION, TRANSFORMATIONS_ANNOTATION } from './origin.ts';
import { documentKey, readKustomization } from './read-kustomization.ts';
import type { Document } from './read-kustomization.ts';
import { rememberFiles } from './remember-files.ts';
import { resolveVariables } from './resolve-variables.ts';
import { appendAll, makeSet } from './resource-set.ts';
import { currentId, kindOfResource, metaMap, metaText, setMetaMap, sourceOf } from './resource.ts';
import type { Resource } from './resource.ts';
import { builtInSchema } from './schema.ts';
import type { Schema } from './schema.ts';
import { sortResources } from './sort-resources.ts';
import { metadataStage } from './stage-metadata.ts';
import type { BuildOptions, BuiltIn } from './types.ts';
import { resourceWriter, toObject } from './write-resources.ts';

/** The version of kustomize whose behaviour this is. */
export const KUSTOMIZE_VERSION = 'v5.8.1';

const TRACES = ['originAnnotations', 'transformerAnnotations'] as const;

/** Annotation that keeps a resource out of the output. */
const LOCAL_CONFIG = 'config.kubernetes.io/local-config';

/**
 * Builds a kustomization: the objects that `kustomize build` v5.8.1 prints, in its order.
 *
 * Effects: reads the file system
 *
 * @param path directory of the kustomization within the file system
 * @throws {FluxError} kustomize/…: see the README of this part; yaml/…: a file is not YAML; filesys/…: a file cannot be read
 * @example build(openRooted('deploy'), '/overlays/prod')
 */
export function build(fs: FileSystem, path: string, options: BuildOptions = {}): K8sObject[] {
  return buildRoot(openRoot(fs, path, options), options, undefined);
}

/** What kustomize has built in, for all builds that one caller makes: it is read when it is first asked for, and never changed. */
export function readBuiltIn(): BuiltIn {
  return { schema: builtInSchema(), fieldSpecs: defaultFieldSpecs() };
}

/** Builds from an opened root; `root` stands in for its kustomization file. */
export function buildRoot(loader: Loader, options: BuildOptions, root: Document | undefined): K8sObject[] {
  return buildResources(loader, options, root).map(toObject);
}

function buildResources(loader: Loader, options: BuildOptions, root: Document | undefined): Resource[] {
  const { schema, fieldSpecs } = options.builtIn ?? readBuiltIn();
  const builtIn = { schema, used: options.keepBuiltInSchema ?? false };
  const context: Context = {
    options,
    schema: watchUse(builtIn),
    builtIn,
    schemaChosen: false,
    scopeAsked: false,
    directories: 0,
    defaults: fieldSpecs,
    findRules: rememberRules(),
    labelRules: new Map(),
    resources: new Map(),
    documents: new Map(),
  };
  if (root !== undefined) context.documents.set(documentKey(loader), root);
  const document = readKustomization(context, loader);
  const { kustomization } = document;
  chooseSchema(context, loader, kustomization.openapi, document.file);
  const buildMetadata = [...(kustomization.buildMetadata ?? []), ...(options.isTraced === true ? TRACES : [])];
  const accumulated = emptyAccumulator();
  accumulateTarget({ context, loader, document, origin: buildMetadata.length > 0 ? {} : undefined }, accumulated);
  const { set, specs, variables } = accumulated;
  hashStage(set);
  fixReferences(set, specs.nameReference);
  const unused = resolveVariables(set, variables, specs.varReference);
  if (unused.length > 0) options.warn?.(`well-defined vars that were never replaced: ${unused.join(',')}`);
  for (const resource of set.list) demandIdentity(resource);
  const isSorted = (kustomization.sortOptions?.order ?? options.reorder ?? 'legacy') === 'legacy';
  const kept = withoutLocal(set.list, isSorted);
  const sorted = sortResources(kept, kustomization.sortOptions, options.reorder ?? 'legacy');
  if (options.managedByLabel === true || buildMetadata.includes('managedByLabel')) addManagedBy(sorted);
  for (const resource of sorted) aboutResource(resource, () => finishAnnotations(resource, buildMetadata));
  return sorted;
}

/**
 * Builds a kustomization and writes it as YAML: the bytes that `kustomize build` prints.
 *
 * @throws as `build`
 */
export function render(fs: FileSystem, path: string, options: BuildOptions = {}): string {
  const resources = buildResources(openRoot(fs, path, options), options, undefined);
  return resources.map(resourceWriter()).join(SEPARATOR);
}

const SEPARATOR = '---\n';

/** Writes objects as a YAML stream, documents separated by `---`. */
export function renderObjects(objects: readonly K8sObject[]): string {
  return objects.map(yamlWriter()).join(SEPARATOR);
}

/**
 * Opens the directory to build.
 *
 * @throws {FluxError} kustomize/not-found, kustomize/not-directory
 */
export function openRoot(files: FileSystem, path: string, options: BuildOptions): Loader {
  const fs = rememberFiles(files);
  const joined = joinPath('/', path);
  const kind = fs.stat(joined);
  if (kind === undefined) {
    throw new FluxError(
      'kustomize/not-found',
      `build "${path}": must build at directory: not a valid directory: no such file or directory`,
      {
        source: { file: joined },
      },
    );
  }
  if (kind === 'file') {
    throw new FluxError('kustomize/not-directory', `build "${path}": must build at directory: '${path}': file is not directory`, {
      source: { file: joined },
    });
  }
  return {
    fs,
    root: fs.realPath(joined),
    referrer: undefined,
    tree: '',
    repositoryRoot: undefined,
    loadRestrictor: options.loadRestrictor ?? 'rootOnly',
    repo: '',
    ref: '',
  };
}

/** A schema that notes that it was asked. */
function watchUse(builtIn: Context['builtIn']): Schema {
  return {
    ofKind(apiVersion, kind) {
      builtIn.used = true;
      return builtIn.schema.ofKind(apiVersion, kind);
    },
    ofName: (name) => builtIn.schema.ofName(name),
  };
}

/** A patch may have taken kind or name away. */
function demandIdentity(resource: Resource): void {
  const { node } = resource;
  if (node === undefined || isEmpty(node)) return;
  const kind = isEmpty(member(node, 'kind')) ? '' : kindOfResource(node);
  const missing = kind === '' ? 'kind' : !kind.endsWith('List') && metaText(node, 'name') === '' ? 'metadata.name' : undefined;
  if (missing === undefined) return;
  const source = sourceOf(resource);
  throw new FluxError(
    'kustomize/invalid-resource',
    `write resource: missing ${missing} in object of kind "${kind}"`,
    source === undefined ? {} : { source },
  );
}

/**
 * Leaves out what is only local. Patches and replacements may have given two resources one name, which is refused; but one that is
 * left out stays, as in the original, where one that is written has its name and namespace, written the same way. Only the sorting
 * refuses that too. Nor can two of one name be left out.
 */
function withoutLocal(all: readonly Resource[], isSorted: boolean): Resource[] {
  const written = all.filter(isWritten);
  appendAll(makeSet(), written);
  if (written.length === all.length) return written;
  const names = new Set(written.map(exactId));
  const gone = new Set<string>();
  const staying: Resource[] = [];
  for (const one of all) {
    if (one.node === undefined || isEmpty(one.node)) continue;
    const name = exactId(one);
    if (names.has(name)) staying.push(one);
    else if (gone.has(name)) throw leftOutTwice(one);
    else gone.add(name);
  }
  if (isSorted && staying.length > written.length) appendAll(makeSet(), staying);
  return staying;
}

/** All parts of an id; unlike `idKey` it tells the namespace `default` from none. */
function exactId(resource: Resource): string {
  const { group, version, kind, namespace, name } = currentId(resource);
  return JSON.stringify([group, version, kind, namespace, name]);
}

function leftOutTwice(resource: Resource): FluxError {
  const source = sourceOf(resource);
  return new FluxError(
    'kustomize/namespace',
    `leave out local resources: id ${formatId(currentId(resource))} not found in removal: another one has it too`,
    source === undefined ? {} : { source },
  );
}

function isWritten({ node }: Resource): boolean {
  if (node === undefined || isEmpty(node)) return false;
  const local = metaMap(node, 'annotations').get(LOCAL_CONFIG);
  return local === undefined || local === 'false';
}

function addManagedBy(resources: Resource[]): void {
  const label = { 'app.kubernetes.io/managed-by': `kustomize-${KUSTOMIZE_VERSION}` };
  const stage = metadataStage(label, [completeFieldSpec({ path: 'metadata/labels', create: true })]);
  stage({ list: resources, index: undefined, anyIndex: undefined });
}

/** Takes internal annotations out, puts in what was asked for; all values become strings on the way. */
function finishAnnotations(resource: Resource, buildMetadata: readonly string[]): void {
  const { node } = resource;
  if (node === undefined) return;
  const annotations = metaMap(node, 'annotations');
  for (const name of INTERNAL_ANNOTATIONS) annotations.delete(name);
  annotations.delete(ORIGIN_ANNOTATION);
  annotations.delete(TRANSFORMATIONS_ANNOTATION);
  if (buildMetadata.includes('originAnnotations') && resource.origin !== undefined) {
    annotations.set(ORIGIN_ANNOTATION, formatOrigin(resource.origin));
  }
  if (buildMetadata.includes('transformerAnnotations') && resource.transformations.length > 0) {
    annotations.set(TRANSFORMATIONS_ANNOTATION, formatTransformations(resource.transformations));
  }
  if (annotations.size > 0) {
    setMetaMap(node, 'annotations', annotations);
    return;
  }
  const meta = member(node, 'metadata');
  if (isMap(meta)) setMember(meta, 'annotations', undefined);
}

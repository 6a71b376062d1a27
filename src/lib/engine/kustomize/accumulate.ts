import { FluxError } from '../../core/errors.ts';
import { equalJson } from '../../core/json.ts';
import type { JsonObject } from '../../core/json.ts';
import { joinPath } from '../../core/paths.ts';
import { absorb } from './absorb-generated.ts';
import { readConfigurations } from './configurations.ts';
import type { Context, Loader } from './context.ts';
import { readCrds } from './crds.ts';
import { mergeFieldSpecs, NO_FIELD_SPECS } from './field-specs.ts';
import { generate, mergeGeneratorOptions } from './generate-data.ts';
import { formatId, isKnownScope } from './ids.ts';
import { builtInStages } from './kustomization-stages.ts';
import { demandInside, isUrl, loadText, looksRemote, openBase } from './load.ts';
import { cloneNode } from './node.ts';
import { chooseSchema } from './open-api.ts';
import { appendPath, cleanJoin } from './origin.ts';
import type { Origin } from './origin.ts';
import { makeResources, parseResources } from './parse-resources.ts';
import { configureGenerator, configureTransformer, helmRefused, originOfPlugin } from './plugins.ts';
import type { Generator } from './plugins.ts';
import { readKustomization } from './read-kustomization.ts';
import type { Document } from './read-kustomization.ts';
import { appendAll, dropDeleted, makeSet, renew, touch } from './resource-set.ts';
import type { ResourceSet } from './resource-set.ts';
import { addVariables, mergeVariables } from './resolve-variables.ts';
import type { Variables } from './resolve-variables.ts';
import { currentId, currentKey, metaMap, setMetaMap } from './resource.ts';
import type { Resource } from './resource.ts';
import type { Stage } from './stage.ts';
import type { FieldSpecs } from './types.ts';
import { toObject } from './write-resources.ts';

/** How often a build may take in a directory, the same one again counted anew. */
const MAX_DIRECTORIES = 50_000;

/** What has come together so far. */
export interface Accumulator {
  readonly set: ResourceSet;
  specs: FieldSpecs;
  readonly variables: Variables;
}

/** A kustomization being worked on. */
export interface Target {
  readonly context: Context;
  readonly loader: Loader;
  readonly document: Document;
  /** Where its resources come from; absent where nobody asks. */
  readonly origin: Origin | undefined;
}

/** Starts with nothing. */
export function emptyAccumulator(): Accumulator {
  return { set: makeSet(), specs: NO_FIELD_SPECS, variables: new Map() };
}

/**
 * Works off one kustomization in kustomize's order: resources, configurations, generators, components, transformers,
 * validators, variables.
 */
export function accumulateTarget(target: Target, into: Accumulator): void {
  const { context, loader, document } = target;
  const { kustomization } = document;
  accumulateResources(target, into, kustomization.resources ?? []);
  const specs = mergeFieldSpecs(context.defaults, readConfigurations(context, loader, kustomization.configurations ?? []));
  // Merging drops rules that others make needless, so the built-in ones alone are taken as they are only to save time.
  into.specs = into.specs === NO_FIELD_SPECS && specs === context.defaults ? specs : mergeFieldSpecs(into.specs, specs);
  into.specs = mergeFieldSpecs(into.specs, readCrds(context, loader, kustomization.crds ?? []));
  runGenerators(target, into);
  for (const path of kustomization.components ?? [])
    accumulateDirectory(target, into, path, openBase(context, loader, path), true);
  runTransformers(target, into);
  runValidators(target, into);
  addVariables(into.variables, into.set, kustomization.vars ?? []);
}

/** Adds what entries name: each is a file, else a directory. */
function accumulateResources(target: Target, into: Accumulator, paths: readonly string[]): void {
  for (const path of paths) accumulateEntry(target, into, path);
}

function accumulateEntry(target: Target, into: Accumulator, path: string): void {
  const { context, loader } = target;
  if (!isUrl(path) && !looksRemote(path)) demandInside(loader, path);
  const isFile = isUrl(path) || (path !== '' && loader.fs.stat(joinPath(loader.root, path)) === 'file');
  if (!isFile) {
    accumulateDirectory(target, into, path, openEntry(target, path), false);
    return;
  }
  let resources: Resource[];
  try {
    resources = readResources(target, path);
  } catch (error) {
    const base =
      isUrl(path) && error instanceof FluxError && error.code === 'kustomize/remote' ? context.options.remote : undefined;
    if (base?.openRepository(path) === undefined) throw error;
    accumulateDirectory(target, into, path, openBase(context, loader, path), false);
    return;
  }
  appendAll(into.set, resources);
}

function openEntry({ context, loader, document }: Target, path: string): Loader {
  try {
    return openBase(context, loader, path);
  } catch (error) {
    if (!(error instanceof FluxError)) throw error;
    throw new FluxError(error.code, `accumulate resources of "${document.file}": ${error.message}`, {
      ...(error.source === undefined ? {} : { source: error.source }),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    });
  }
}

function readResources({ context, loader, origin }: Target, path: string): Resource[] {
  const file = isUrl(path) ? path : joinPath(loader.root, path);
  const key = `${loader.tree}:${file}:${loader.loadRestrictor === 'none' ? '' : loader.root}`;
  const known = context.resources.get(key);
  const parsed = known ?? parseResources(loadText(context, loader, path), file);
  // Most files are read once, so that what was read is taken as it is; from the second time on it is kept, and copied.
  const isFirst = known === undefined && !context.resources.has(key);
  context.resources.set(key, isFirst ? undefined : parsed);
  const resources = makeResources(parsed, file, isFirst ? asItIs : cloneNode);
  context.scopeAsked ||= resources.some((resource) => !isKnownScope(currentId(resource)));
  if (origin !== undefined) {
    const from = appendPath(origin, path);
    for (const resource of resources) resource.origin = from;
  }
  return resources;
}

function asItIs<T>(value: T): T {
  return value;
}

function accumulateDirectory(parent: Target, into: Accumulator, path: string, loader: Loader, isComponent: boolean): void {
  const { context } = parent;
  countDirectory(context, loader);
  const document = readKustomization(context, loader);
  chooseSchema(context, loader, document.kustomization.openapi, document.file);
  const { kind } = document.kustomization;
  if (isComponent !== (kind === 'Component')) {
    const what = isComponent
      ? `expected kind 'Component' for path '${loader.root}' but got '${kind}'`
      : `expected kind != 'Component' for path '${loader.root}'`;
    throw new FluxError('kustomize/wrong-kind', `open "${path}": ${what}`, {
      source: { file: document.file },
      hint: isComponent ? 'list it under "resources"' : 'list it under "components"',
    });
  }
  const isRemote = loader.tree !== parent.loader.tree;
  const origin =
    parent.origin === undefined
      ? undefined
      : isRemote
        ? { path: loader.root.slice(1), repo: loader.repo, ref: loader.ref }
        : appendPath(parent.origin, path);
  const target: Target = { context, loader, document, origin };
  if (isComponent) {
    accumulateTarget(target, into);
    renew(into.set);
    return;
  }
  const inner = emptyAccumulator();
  accumulateTarget(target, inner);
  appendAll(into.set, inner.set.list);
  into.specs =
    into.specs === NO_FIELD_SPECS && inner.specs === context.defaults ? inner.specs : mergeFieldSpecs(into.specs, inner.specs);
  mergeVariables(into.variables, inner.variables.values());
}

/** Ten directories that each take in the one before twice are a thousand. */
function countDirectory(context: Context, loader: Loader): void {
  context.directories += 1;
  if (context.directories <= MAX_DIRECTORIES) return;
  throw new FluxError('kustomize/too-large', `the build takes in more than ${MAX_DIRECTORIES} directories`, {
    source: { file: loader.root },
    hint: 'split it; look for directories that take in one another many times',
    details: { max: MAX_DIRECTORIES },
  });
}

function builtInOrigin({ origin, document }: Target, kind: string): Origin | undefined {
  if (origin === undefined) return undefined;
  const { repo, ref, path = '' } = origin;
  return {
    ...(repo === undefined ? {} : { repo }),
    ...(ref === undefined ? {} : { ref }),
    configuredIn: cleanJoin(path, document.fileName),
    configuredBy: { apiVersion: 'builtin', kind },
  };
}

function runGenerators(target: Target, into: Accumulator): void {
  const { context, loader, document } = target;
  const { kustomization, file } = document;
  const generators: { run: Generator; origin: Origin | undefined }[] = [];
  for (const [kind, list] of [
    ['ConfigMap', kustomization.configMapGenerator],
    ['Secret', kustomization.secretGenerator],
  ] as const) {
    for (const args of list ?? []) {
      const options = mergeGeneratorOptions(args.options, kustomization.generatorOptions);
      const all = options === undefined ? args : { ...args, options };
      generators.push({
        run: () => [generate(context, loader, kind, all, file)],
        origin: builtInOrigin(target, `${kind}Generator`),
      });
    }
  }
  const [chart] = kustomization.helmCharts ?? [];
  if (chart !== undefined) throw helmRefused(file, typeof chart['name'] === 'string' ? chart['name'] : '');
  for (const resource of readPluginConfigs(target, kustomization.generators ?? [])) {
    generators.push({ run: configureGenerator(context, loader, resource), origin: originOfPlugin(resource) });
  }
  for (const { run, origin } of generators) {
    for (const resource of run()) {
      resource.origin ??= origin;
      absorb(into.set, resource);
    }
  }
}

/** Entries of `generators`, `transformers` and `validators`: each is a resource itself, or the path of some. */
function readPluginConfigs(target: Target, entries: readonly string[]): Resource[] {
  const configs = emptyAccumulator();
  const paths: string[] = [];
  const { document, origin } = target;
  for (const entry of entries) {
    let inline: Resource[];
    try {
      inline = makeResources(parseResources(entry, document.file), document.file, cloneNode);
    } catch (error) {
      if (!(error instanceof FluxError)) throw error;
      paths.push(entry);
      continue;
    }
    if (origin !== undefined) for (const resource of inline) resource.origin = appendPath(origin, document.fileName);
    appendAll(configs.set, inline);
  }
  accumulateResources(target, configs, paths);
  return configs.set.list;
}

function runTransformers(target: Target, into: Accumulator): void {
  const { context, loader, document } = target;
  const stages: { run: Stage; origin: Origin | undefined }[] = builtInStages(context, loader, document, into.specs).map(
    ([kind, run]) => ({
      run,
      origin: builtInOrigin(target, kind),
    }),
  );
  for (const resource of readPluginConfigs(target, document.kustomization.transformers ?? [])) {
    stages.push({ run: configureTransformer(context, loader, resource), origin: originOfPlugin(resource) });
  }
  for (const { run, origin } of stages) {
    run(into.set);
    if (origin !== undefined) for (const resource of into.set.list) markTransformed(resource, origin);
    dropDeleted(into.set);
  }
}

function markTransformed(resource: Resource, origin: Origin): void {
  if (resource.origin === undefined) resource.origin = origin;
  else resource.transformations.push(origin);
  // The original keeps this in an annotation, and writing one makes all of them strings.
  if (resource.node !== undefined) setMetaMap(resource.node, 'annotations', metaMap(resource.node, 'annotations'));
}

/** Validators are transformers that must not change anything but one label. */
function runValidators(target: Target, into: Accumulator): void {
  const validators = readPluginConfigs(target, target.document.kustomization.validators ?? []);
  for (const config of validators) {
    const before = new Map(into.set.list.map((resource) => [currentKey(resource), snapshot(resource)]));
    configureTransformer(target.context, target.loader, config)(into.set);
    touch(into.set);
    const changed = into.set.list.find((resource) => !equalJson(before.get(currentKey(resource)), snapshot(resource)));
    if (changed !== undefined || into.set.list.length !== before.size) {
      throw new FluxError(
        'kustomize/plugin',
        `validate with ${formatId(currentId(config))}: validator shouldn't modify the resource map${changed === undefined ? '' : `, it changes ${formatId(currentId(changed))}`}`,
        config.file === undefined ? {} : { source: { file: config.file } },
      );
    }
  }
}

const VALIDATED_BY = 'validated-by';

function snapshot(resource: Resource): JsonObject {
  const object: JsonObject = structuredClone(toObject(resource));
  const { metadata } = object as { metadata?: { labels?: Record<string, string> } };
  if (metadata?.labels !== undefined && resource.node !== undefined && metaMap(resource.node, 'labels').has(VALIDATED_BY)) {
    delete metadata.labels[VALIDATED_BY];
    if (Object.keys(metadata.labels).length === 0) delete metadata.labels;
  }
  return object;
}

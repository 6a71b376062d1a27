import { FluxError } from '../../core/errors.ts';
import type { FileSystem } from '../../core/filesystem.ts';
import { formatJson, isJsonObject } from '../../core/json.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { dirName, joinPath } from '../../core/paths.ts';
import { emitYaml } from '../../core/yaml/emit-yaml.ts';
import { isUrl, looksRemote } from './load.ts';
import { decodeText } from './decode-text.ts';
import { parseResources } from './parse-resources.ts';
import { decodeKustomization, KUSTOMIZATION_FILES } from './read-kustomization.ts';
import type { Document } from './read-kustomization.ts';
import type { ImageChange, Kustomization, Patch } from './types.ts';

/** What a Flux Kustomization's spec says about the build; other fields are not looked at. */
export interface FluxBuildSpec {
  /** Folder in the source; empty means its root. */
  readonly path?: string;
  readonly targetNamespace?: string;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly patches?: readonly Patch[];
  /** Of `v1beta1` and `v1beta2`: strategic patches as objects. */
  readonly patchesStrategicMerge?: readonly JsonValue[];
  /** Of `v1beta1` and `v1beta2`: operations as objects. */
  readonly patchesJson6902?: readonly { readonly patch?: JsonValue; readonly target?: Patch['target'] }[];
  readonly components?: readonly string[];
  readonly ignoreMissingComponents?: boolean;
  readonly images?: readonly ImageChange[];
  readonly buildMetadata?: readonly string[];
}

/** Options of generating. */
export interface GenerateOptions {
  /**
   * Leaves files out of the search, and what the kustomization that is there lists under `resources`, `components` and `crds`.
   * Paths are relative to the directory; those outside of it are not asked for. Default: nothing is left out.
   */
  readonly ignore?: (path: string, isDirectory: boolean) => boolean;
}

/** The kustomization that Flux builds: the one that is there with the spec's changes, or one that lists all manifests. */
export interface Generated extends Document {
  /** True where the directory has no kustomization file of its own. */
  readonly isNew: boolean;
  /** The content as YAML, for those who want to see it; nothing is written. */
  readonly yaml: string;
}

/**
 * Makes the root kustomization that Flux builds from a directory and a spec. Nothing is written anywhere.
 *
 * Effects: reads the file system
 * Source: the behaviour of fluxcd/pkg kustomize (kustomize_generator.go)
 *
 * @param path directory within the file system
 * @throws {FluxError} kustomize/not-found: no such directory; kustomize/invalid-resource: a file of a directory without
 * kustomization is no manifest; kustomize/invalid-kustomization: all that one names is ignored; kustomize/bad-component: a component that is not local and relative
 */
export function generate(fs: FileSystem, path: string, spec: FluxBuildSpec, options: GenerateOptions = {}): Generated {
  const dir = joinPath('/', path);
  if (fs.stat(dir) !== 'directory') {
    throw new FluxError('kustomize/not-found', `generate kustomization: kustomization path not found: ${path}`, {
      source: { file: dir },
    });
  }
  const existing = KUSTOMIZATION_FILES.find((name) => fs.stat(joinPath(dir, name)) === 'file');
  const fileName = existing ?? 'kustomization.yaml';
  const file = joinPath(dir, fileName);
  const text = existing === undefined ? '' : decodeText(fs.readFile(file), file);
  const read = existing === undefined ? listManifests(fs, dir, options) : decodeKustomization(text, file, true).kustomization;
  // Upstream looks whether there is anything before it leaves out what is ignored.
  const filled = withContent(read);
  const kept = options.ignore === undefined ? filled : dropIgnored(fs, dir, filled, options.ignore);
  const kustomization = applySpec(fs, dir, kept, spec);
  // Upstream reads the file that it has written: it holds nothing where all that it named is ignored.
  if (kept !== filled && hasNothing(kustomization)) {
    throw new FluxError('kustomize/invalid-kustomization', 'kustomization.yaml is empty', {
      source: { file },
      hint: 'all that it names is ignored: by .sourceignore, or by the patterns of the command',
    });
  }
  const { deprecated: _deprecated, ...shown } = kustomization as Kustomization & { deprecated?: unknown };
  return { kustomization, file, fileName, text, isNew: existing === undefined, yaml: emitYaml(shown as unknown as JsonObject) };
}

/** The namespace of a kustomization that has nothing in it. */
const PLACEHOLDER = '_placeholder';

/** Whether a kustomization would be written as nothing but its kind. */
function hasNothing({ apiVersion: _version, kind: _kind, ...rest }: Kustomization): boolean {
  return Object.values(rest).every((value) => value === undefined || (Array.isArray(value) && value.length === 0));
}

const NEW: Kustomization = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };

/** A kustomization without anything in it would be refused. */
function withContent(kustomization: Kustomization): Kustomization {
  const isBare = (kustomization.resources ?? []).length === 0 && kustomization.buildMetadata === undefined;
  return isBare && kustomization.namespace !== PLACEHOLDER
    ? { ...kustomization, buildMetadata: ['originAnnotations'] }
    : kustomization;
}

/**
 * Lists what a directory without kustomization holds: manifests, and directories with a kustomization of their own. As upstream,
 * each file is judged by itself, so that one can be taken back in below a directory that is left out; links to directories are
 * not followed.
 */
function listManifests(fs: FileSystem, dir: string, { ignore }: GenerateOptions): Kustomization {
  const resources: string[] = [];
  const walk = (at: string, relative: string): void => {
    for (const name of fs.readDir(at)) {
      const path = joinPath(at, name);
      const shown = relative === '' ? name : `${relative}/${name}`;
      const kind = fs.stat(path);
      if (kind === 'directory') {
        if (name === '.git' || fs.realPath(path) !== joinPath(fs.realPath(at), name)) continue;
        if (KUSTOMIZATION_FILES.some((one) => fs.stat(joinPath(path, one)) === 'file')) resources.push(`./${shown}`);
        else walk(path, shown);
      } else if (kind === 'file' && /\.ya?ml$/.test(name) && ignore?.(shown, false) !== true) {
        demandManifests(fs, path);
        resources.push(`./${shown}`);
      }
    }
  };
  walk(dir, '');
  return resources.length === 0 ? { ...NEW, namespace: PLACEHOLDER } : { ...NEW, resources };
}

/** Takes what is to be ignored out of the lists of a kustomization. */
function dropIgnored(
  fs: FileSystem,
  dir: string,
  kustomization: Kustomization,
  ignore: (path: string, isDirectory: boolean) => boolean,
): Kustomization {
  const prefix = dir === '/' ? '/' : `${dir}/`;
  const isKept = (entry: string): boolean => {
    if (isUrl(entry)) return true;
    const path = joinPath(dir, entry);
    return !path.startsWith(prefix) || !ignore(path.slice(prefix.length), fs.stat(path) === 'directory');
  };
  const { resources, components, crds } = kustomization;
  return {
    ...kustomization,
    ...(resources === undefined ? {} : { resources: resources.filter(isKept) }),
    ...(components === undefined ? {} : { components: components.filter(isKept) }),
    ...(crds === undefined ? {} : { crds: crds.filter(isKept) }),
  };
}

function demandManifests(fs: FileSystem, path: string): void {
  try {
    parseResources(decodeText(fs.readFile(path), path), path);
  } catch (error) {
    if (!(error instanceof FluxError)) throw error;
    throw new FluxError('kustomize/invalid-resource', `failed to decode Kubernetes YAML from ${path}: ${error.message}`, {
      source: error.source ?? { file: path },
      hint: `in a directory without kustomization.yaml every YAML file must be a manifest: add one to "${dirName(path)}", or leave the file out with .sourceignore`,
      cause: error,
    });
  }
}

function applySpec(fs: FileSystem, dir: string, base: Kustomization, spec: FluxBuildSpec): Kustomization {
  const { targetNamespace = '', namePrefix = '', nameSuffix = '', patches = [], buildMetadata = [] } = spec;
  const strategic = (spec.patchesStrategicMerge ?? []).map((patch) => (typeof patch === 'string' ? patch : formatJson(patch)));
  const operations = (spec.patchesJson6902 ?? []).map(
    ({ patch, target }): Patch => ({
      patch: typeof patch === 'string' ? patch : formatJson(patch ?? []),
      ...(target === undefined ? {} : { target }),
    }),
  );
  const components = (spec.components ?? []).filter((path) =>
    isComponentThere(fs, dir, path, spec.ignoreMissingComponents === true),
  );
  return {
    ...base,
    ...(targetNamespace === '' ? {} : { namespace: targetNamespace }),
    ...(namePrefix === '' ? {} : { namePrefix }),
    ...(nameSuffix === '' ? {} : { nameSuffix }),
    ...(patches.length === 0 ? {} : { patches: [...(base.patches ?? []), ...patches.map(onlyKnown)] }),
    ...(components.length === 0 ? {} : { components: [...(base.components ?? []), ...components] }),
    ...(strategic.length === 0 ? {} : { patchesStrategicMerge: [...(base.patchesStrategicMerge ?? []), ...strategic] }),
    ...(operations.length === 0 ? {} : { patchesJson6902: [...(base.patchesJson6902 ?? []), ...operations] }),
    ...((spec.images?.length ?? 0) === 0 ? {} : { images: mergeImages(base.images ?? [], spec.images ?? []) }),
    ...(buildMetadata.length === 0 ? {} : { buildMetadata }),
  };
}

/** Flux knows a patch's text and target only. */
function onlyKnown({ patch, target }: Patch): Patch {
  return { ...(patch === undefined ? {} : { patch }), ...(target === undefined || !isJsonObject(target) ? {} : { target }) };
}

function isComponentThere(fs: FileSystem, dir: string, path: string, ignoreMissing: boolean): boolean {
  if (path.startsWith('/') || isUrl(path) || looksRemote(path)) {
    throw new FluxError('kustomize/bad-component', `component path '${path}' must be local and relative`, {
      hint: 'name a folder of the same source, relative to spec.path',
    });
  }
  return !ignoreMissing || fs.stat(joinPath(dir, path)) !== undefined;
}

/** Changes of the spec go into those of the file that have the same name. */
function mergeImages(base: readonly ImageChange[], changes: readonly ImageChange[]): ImageChange[] {
  const images = [...base];
  for (const { name = '', newName = '', newTag = '', digest = '' } of changes) {
    const change: ImageChange = {
      name,
      ...(newName === '' ? {} : { newName }),
      ...(newTag === '' ? {} : { newTag }),
      ...(digest === '' ? {} : { digest }),
    };
    const at = images.findIndex((image) => image.name === name);
    const old = images[at];
    if (old === undefined) {
      images.push(change);
      continue;
    }
    const { newTag: oldTag, digest: oldDigest, ...rest } = old;
    const kept =
      newTag === '' && digest === ''
        ? { ...(oldTag === undefined ? {} : { newTag: oldTag }), ...(oldDigest === undefined ? {} : { digest: oldDigest }) }
        : {};
    images[at] = { ...rest, ...kept, ...change };
  }
  return images;
}

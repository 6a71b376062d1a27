import { FluxError } from '../../core/errors.ts';
import type { FileSystem } from '../../core/filesystem.ts';
import type { JsonValue } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { dirName, joinPath, normalizePath } from '../../core/paths.ts';
import { emitYaml } from '../../core/yaml/index.ts';
import { build } from './build.ts';
import { parseResources } from './parse-resources.ts';
import { decodeKustomization, KUSTOMIZATION_FILES } from './read-kustomization.ts';
import type { BuildOptions, ImageChange, Kustomization, Patch } from './types.ts';

/** The fields of a Flux Kustomization's spec that change the kustomization it builds. */
export interface FluxBuildSpec {
  /** Folder in the source; empty means its root. */
  readonly path?: string;
  readonly targetNamespace?: string;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly patches?: readonly Patch[];
  readonly components?: readonly string[];
  readonly ignoreMissingComponents?: boolean;
  readonly images?: readonly ImageChange[];
  readonly buildMetadata?: readonly string[];
}

/**
 * Builds what a Flux Kustomization builds: a kustomization is generated where the folder has none, the fields of the spec are
 * laid over it, and the result is built with the options that the controller uses. Nothing is written: the generated file
 * exists in an overlay only.
 *
 * Effects: reads the file system
 * Source: fluxcd/pkg kustomize/kustomize_generator.go, SecureBuild
 *
 * @param fs the source; nothing outside it can be reached
 * @throws {FluxError} as `build`; kustomize/bad-component: a component of the spec is not local and relative
 */
export function buildFlux(fs: FileSystem, spec: FluxBuildSpec, options: BuildOptions = {}): K8sObject[] {
  const folder = normalizePath(`/${spec.path ?? ''}`);
  const { file, kustomization } = readOrGenerate(fs, folder);
  // What was folded while reading is no field of a file.
  const { deprecated: _deprecated, ...fields } = kustomization as Kustomization & { deprecated?: unknown };
  const laid = layOver(fs, folder, fields, spec);
  const overlay = withFile(fs, file, new TextEncoder().encode(emitYaml(laid as unknown as JsonValue)));
  return build(overlay, folder, { reorder: 'none', loadRestrictor: 'none', keepBuiltInSchema: true, ...options });
}

function readOrGenerate(fs: FileSystem, folder: string): { file: string; kustomization: Kustomization } {
  const present = KUSTOMIZATION_FILES.map((name) => joinPath(folder, name)).find((path) => fs.stat(path) === 'file');
  if (present !== undefined) {
    const text = new TextDecoder().decode(fs.readFile(present));
    const { kustomization } = decodeKustomization(text, present, true);
    // Without resources the build would be refused; upstream asks for annotations, which makes it one of nothing.
    const isEmpty = (kustomization.resources ?? []).length === 0 && kustomization.buildMetadata === undefined;
    return { file: present, kustomization: isEmpty ? { ...kustomization, buildMetadata: ['originAnnotations'] } : kustomization };
  }
  const resources = fs.stat(folder) === 'directory' ? scan(fs, folder, folder) : [];
  const base = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' } as const;
  return {
    file: joinPath(folder, KUSTOMIZATION_FILES[0] ?? ''),
    kustomization: resources.length === 0 ? { ...base, namespace: '_placeholder' } : { ...base, resources },
  };
}

/** The manifests below a folder; a folder that has a kustomization of its own counts as one resource. */
function scan(fs: FileSystem, root: string, folder: string): string[] {
  return fs.readDir(folder).flatMap((name) => {
    const path = joinPath(folder, name);
    const relative = `./${path.slice(root === '/' ? 1 : root.length + 1)}`;
    if (fs.stat(path) === 'directory') {
      const isKustomization = KUSTOMIZATION_FILES.some((file) => fs.stat(joinPath(path, file)) === 'file');
      return isKustomization ? [relative] : scan(fs, root, path);
    }
    if (!name.endsWith('.yaml') && !name.endsWith('.yml')) return [];
    checkManifest(new TextDecoder().decode(fs.readFile(path)), path);
    return [relative];
  });
}

function checkManifest(text: string, path: string): void {
  try {
    parseResources(text, path);
  } catch (error) {
    if (!(error instanceof FluxError)) throw error;
    throw new FluxError('kustomize/invalid-resource', `failed to decode Kubernetes YAML from ${path}: ${error.message}`, {
      hint: 'without a kustomization.yaml every YAML file of the folder has to be a manifest: add one, or leave the file out with .sourceignore',
      ...(error.source === undefined ? { source: { file: path } } : { source: error.source }),
      cause: error,
    });
  }
}

/** Lays the fields of the spec over a kustomization, in upstream's order. */
function layOver(fs: FileSystem, folder: string, kustomization: Kustomization, spec: FluxBuildSpec): Kustomization {
  const components =
    spec.components?.filter((component) => isWanted(fs, folder, component, spec.ignoreMissingComponents === true)) ?? [];
  return {
    ...kustomization,
    ...(isSet(spec.targetNamespace) ? { namespace: spec.targetNamespace } : {}),
    ...(isSet(spec.namePrefix) ? { namePrefix: spec.namePrefix } : {}),
    ...(isSet(spec.nameSuffix) ? { nameSuffix: spec.nameSuffix } : {}),
    ...(spec.patches === undefined ? {} : { patches: [...(kustomization.patches ?? []), ...spec.patches] }),
    ...(components.length === 0 ? {} : { components: [...(kustomization.components ?? []), ...components] }),
    ...(spec.images === undefined ? {} : { images: mergeImages(kustomization.images ?? [], spec.images) }),
    ...(spec.buildMetadata === undefined || spec.buildMetadata.length === 0 ? {} : { buildMetadata: spec.buildMetadata }),
  };
}

function isSet(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

function isWanted(fs: FileSystem, folder: string, component: string, ignoreMissing: boolean): boolean {
  if (component.startsWith('/') || /^[a-z][a-z0-9+.-]*:|^[^/]+@[^/]+:/i.test(component)) {
    throw new FluxError('kustomize/bad-component', `component path '${component}' must be local and relative`, {
      hint: 'name a folder of the same source, relative to spec.path',
    });
  }
  return !ignoreMissing || fs.stat(joinPath(folder, component)) !== undefined;
}

/** An image that is named in both gets the new name, and tag with digest, of the spec where it gives any; others are added. */
function mergeImages(images: readonly ImageChange[], changes: readonly ImageChange[]): ImageChange[] {
  const merged = [...images];
  for (const change of changes) {
    const index = merged.findIndex(({ name }) => name === change.name);
    const before = merged[index];
    if (before === undefined) {
      merged.push(change);
      continue;
    }
    const { newTag: _tag, digest: _digest, ...rest } = before;
    const hasVersion = isSet(change.newTag) || isSet(change.digest);
    merged[index] = {
      ...(hasVersion ? rest : before),
      ...(isSet(change.newName) ? { newName: change.newName } : {}),
      ...(isSet(change.newTag) ? { newTag: change.newTag } : {}),
      ...(isSet(change.digest) ? { digest: change.digest } : {}),
    };
  }
  return merged;
}

/** The same files with one more, or another in its place. */
function withFile(fs: FileSystem, file: string, content: Uint8Array): FileSystem {
  const folder = dirName(file);
  const name = file.slice(file.lastIndexOf('/') + 1);
  return {
    stat: (path) => (normalizePath(path) === file ? 'file' : fs.stat(path)),
    readFile: (path) => (normalizePath(path) === file ? content : fs.readFile(path)),
    readDir(path) {
      const names = fs.readDir(path);
      return normalizePath(path) === folder && !names.includes(name) ? [...names, name].sort() : names;
    },
    realPath: (path) => (normalizePath(path) === file ? file : fs.realPath(path)),
  };
}

import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { isK8sObject } from '../../core/objects.ts';
import { emitYaml, parseYamlDocuments } from '../../core/yaml/index.ts';

const KUSTOMIZATION_FILES: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** The files of a repository, as a clone gives them. */
export interface FileTree {
  paths(): string[];
  readText(path: string): string | undefined;
}

/**
 * Writes a kustomization.yaml for a folder: every file with Kubernetes objects, at any depth, and each sub-folder that has a
 * kustomization file of its own.
 *
 * Effects: none
 * Source: fluxcd/flux2 pkg/manifestgen/kustomization/kustomization.go Generate
 *
 * @param folder without slash at its end
 */
export function renderKustomization(tree: FileTree, folder: string): string {
  const resources = selectResources(tree, folder);
  return emitYaml({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources });
}

function selectResources(tree: FileTree, folder: string): string[] {
  const all = tree.paths().filter((path) => path.startsWith(`${folder}/`));
  const inside = all.map((path) => path.slice(folder.length + 1)).sort(compareWalked);
  const bases = new Set(inside.filter(isKustomizationFile).map(parentOf));
  const resources = new Set<string>();
  for (const path of inside) {
    const base = ancestorsOf(path).find((parent) => bases.has(parent));
    if (base !== undefined) resources.add(base);
    else if (holdsObjects(tree.readText(`${folder}/${path}`))) resources.add(path);
  }
  return [...resources];
}

/** The order of a walk through folders, each sorted by name. */
function compareWalked(a: string, b: string): number {
  const [left, right] = [a.replaceAll('/', '\0'), b.replaceAll('/', '\0')];
  return left < right ? -1 : left > right ? 1 : 0;
}

function isKustomizationFile(path: string): boolean {
  return path.includes('/') && KUSTOMIZATION_FILES.includes(path.slice(path.lastIndexOf('/') + 1));
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** `a/b/c` has the ancestors `a` and `a/b`, the outermost first. */
function ancestorsOf(path: string): string[] {
  const names = path.split('/').slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
}

function holdsObjects(text: string | undefined): boolean {
  if (text === undefined) return false;
  try {
    return parseYamlDocuments(text)
      .map((document) => document.value)
      .filter((value) => value !== null && value !== undefined)
      .every(isResource);
  } catch {
    // What is no YAML is no manifest: a README, a script.
    return false;
  }
}

function isResource(value: JsonValue): boolean {
  return isK8sObject(value) || (isJsonObject(value) && typeof value['kind'] === 'string' && value['kind'].endsWith('List'));
}

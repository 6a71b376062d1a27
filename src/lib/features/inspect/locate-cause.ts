import { isFluxError, type SourcePosition } from '../../core/errors.ts';
import type { FileSystem } from '../../core/filesystem.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { formatSubject, groupOf, type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import { joinPath } from '../../core/paths.ts';
import { readList, readPath, readText } from '../../core/read-object.ts';
import { parseYaml, parseYamlDocuments } from '../../core/yaml/index.ts';
import { buildFlux, type FluxBuildSpec, locatePath, readTrace, type Trace } from '../../engine/kustomize/index.ts';
import type { Explanation } from './explain-object.ts';

/** Where in a repository something is set. */
export interface CausePlace extends SourcePosition {
  /** The field, where it is known: `images[0].newTag`. */
  readonly field?: string;
}

/** What a place is looked for in. */
export interface LocateInput {
  readonly kustomization: K8sObject;
  /** The files of the commit that it has tried. */
  readonly files: FileSystem;
}

type Path = readonly (string | number)[];

/**
 * Finds the place in the repository that sets what is wrong: the image of a container that fails, the line that does not build,
 * else the object itself.
 *
 * Effects: reads the files
 *
 * @returns undefined where it cannot be known: the object is not of these files, or its name has a variable
 */
export function locateCause(explanation: Omit<Explanation, 'mend'>, input: LocateInput): CausePlace | undefined {
  const { kustomization, files } = input;
  const spec = (isJsonObject(kustomization['spec']) ? kustomization['spec'] : {}) as FluxBuildSpec;
  let built: readonly K8sObject[];
  try {
    built = buildFlux(files, spec, { isTraced: true });
  } catch (error) {
    if (!isFluxError(error)) throw error;
    return error.source !== undefined && failsToBuild(explanation) ? inRepository(error.source) : undefined;
  }
  const folder = joinPath('/', spec.path ?? '');
  const image = [...explanation.below, explanation.object].find((finding) => finding.image !== undefined)?.image;
  const object = pickObject(built, explanation, image);
  if (object === undefined) return undefined;
  const trace = readTrace(object);
  const places = [
    ...(image === undefined
      ? []
      : [() => locateImage(image, folder, trace, files), () => locateContainer(image, object, folder, trace, files)]),
    () => locateObject(object, folder, trace, files),
  ];
  for (const locate of places) {
    const place = locate();
    if (place !== undefined) return place;
  }
  return undefined;
}

/** The object of the files that the explanation is about: deepest first, then what a message names, then what has the image. */
function pickObject(
  built: readonly K8sObject[],
  { object, below, from }: Omit<Explanation, 'mend'>,
  image: string | undefined,
): K8sObject | undefined {
  const refs: ObjectRef[] = [...below.toReversed(), object];
  for (const ref of refs) {
    const found = built.find((one) => isSame(one, ref));
    if (found !== undefined) return found;
  }
  const words = new Set([object.message, ...from.map(({ message = '' }) => message)].join(' ').split(/[\s,;:]+/));
  const named = built.find((one) => words.has(formatSubject(refOf(one))));
  if (named !== undefined || image === undefined) return named;
  return built.find((one) => findImage(one, image) !== undefined);
}

/** Of a built object the namespace may still be missing. */
function isSame(built: K8sObject, ref: ObjectRef): boolean {
  const { namespace } = built.metadata;
  if (built.kind !== ref.kind || built.metadata.name !== ref.name) return false;
  return groupOf(built) === groupOf(ref) && (namespace === undefined || namespace === ref.namespace);
}

/** The entry of `images` in one of the kustomizations that set images of the object; the outermost counts. */
function locateImage(image: string, folder: string, { changedIn }: Trace, files: FileSystem): CausePlace | undefined {
  const wanted = splitImage(image);
  for (const { file, by } of changedIn.toReversed()) {
    const path = joinPath(folder, file);
    const text = by === 'ImageTagTransformer' ? readFile(files, path) : undefined;
    if (text === undefined) continue;
    for (const [index, entry] of readList(asObject(text), 'images').entries()) {
      if (!isJsonObject(entry)) continue;
      const name = String(entry['newName'] ?? entry['name'] ?? '');
      if (splitImage(name).name !== wanted.name) continue;
      const key = ['newTag', 'digest', 'newName'].find((one) => entry[one] !== undefined);
      if (key !== undefined) return placeOf(text, path, 1, ['images', index, key], `images[${index}].${key}`);
    }
  }
  return undefined;
}

function locateContainer(
  image: string,
  object: K8sObject,
  folder: string,
  trace: Trace,
  files: FileSystem,
): CausePlace | undefined {
  const found = findDocument(object, folder, trace, files);
  const field = found === undefined ? undefined : findImage(found.value, image);
  if (found === undefined || field === undefined) return undefined;
  return placeOf(found.text, found.file, found.line, [...found.path, ...field], formatField(field));
}

function locateObject(object: K8sObject, folder: string, trace: Trace, files: FileSystem): CausePlace | undefined {
  const found = findDocument(object, folder, trace, files);
  if (found !== undefined) return placeOf(found.text, found.file, found.line, found.path);
  const { generatedIn } = trace;
  if (generatedIn === undefined) return undefined;
  const path = joinPath(folder, generatedIn.file);
  const text = readFile(files, path);
  if (text === undefined) return undefined;
  const list = generatedIn.by.charAt(0).toLowerCase() + generatedIn.by.slice(1);
  const index = readList(asObject(text), list).findIndex((entry) =>
    object.metadata.name.includes(readText(entry, 'name') || '\0'),
  );
  return index < 0 ? undefined : placeOf(text, path, 1, [list, index], `${list}[${index}]`);
}

interface FoundDocument {
  readonly file: string;
  /** From the document on. */
  readonly text: string;
  /** Line of its first character. */
  readonly line: number;
  /** Where in the document the object is. */
  readonly path: Path;
  readonly value: JsonObject;
}

/** The document of a file that an object was made from; its name there may be a part of the one that it got. */
function findDocument(object: K8sObject, folder: string, { file }: Trace, files: FileSystem): FoundDocument | undefined {
  if (file === undefined) return undefined;
  const path = joinPath(folder, file);
  const text = readFile(files, path);
  if (text === undefined) return undefined;
  const documents = readDocuments(text).filter(({ value }) => value['kind'] === object.kind);
  const { name } = object.metadata;
  const nameOf = ({ value }: { value: JsonObject }): string => readText(value, 'metadata', 'name');
  const found =
    documents.find((one) => nameOf(one) === name) ??
    documents.find((one) => nameOf(one) !== '' && name.includes(nameOf(one))) ??
    (documents.length === 1 ? documents[0] : undefined);
  if (found === undefined) return undefined;
  const from = text
    .split('\n')
    .slice(found.line - 1)
    .join('\n');
  return { file: path, text: from, ...found };
}

function readDocuments(text: string): { value: JsonObject; line: number; path: Path }[] {
  try {
    return parseYamlDocuments(text).flatMap(({ value, line }) => {
      if (!isJsonObject(value)) return [];
      const items = readText(value, 'kind').endsWith('List') ? readList(value, 'items') : [];
      const members = items.flatMap((item, index) => (isJsonObject(item) ? [{ value: item, line, path: ['items', index] }] : []));
      return [{ value, line, path: [] }, ...members];
    });
  } catch (error) {
    if (isFluxError(error)) return [];
    throw error;
  }
}

/** The path of the first container with an image. */
function findImage(object: JsonObject, image: string): Path | undefined {
  const wanted = formatImage(image);
  for (const pod of [['spec', 'template', 'spec'], ['spec', 'jobTemplate', 'spec', 'template', 'spec'], ['spec']]) {
    for (const list of ['initContainers', 'containers']) {
      const index = readList(readPath(object, ...pod), list).findIndex(
        (container) => formatImage(readText(container, 'image')) === wanted,
      );
      if (index >= 0) return [...pod, list, index, 'image'];
    }
  }
  return undefined;
}

/** `docker.io/library/nginx:1.99` is `nginx:1.99`; kubelets write both. */
function formatImage(image: string): string {
  return image.replace(/^docker\.io\/(?:library\/)?/, '');
}

function splitImage(image: string): { name: string } {
  const [withTag = ''] = formatImage(image).split('@');
  return { name: withTag.replace(/:[^:/]*$/, '') };
}

function formatField(path: Path): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`)).join('');
}

function placeOf(text: string, file: string, line: number, path: Path, field?: string): CausePlace {
  const found = locatePath(text, path);
  return {
    file: file.slice(1),
    line: line + (found?.line ?? 1) - 1,
    ...(found === undefined ? {} : { column: found.column }),
    ...(field === undefined ? {} : { field }),
  };
}

/** What does not build here, where nothing is decrypted, need not be what is wrong there. */
function failsToBuild({ object, from }: Omit<Explanation, 'mend'>): boolean {
  return [object, ...from].some(({ kind, reason }) => kind === 'Kustomization' && reason === 'BuildFailed');
}

function inRepository({ file, line, column }: SourcePosition): CausePlace {
  return {
    file: file.replace(/^\/+/, '') || '.',
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
}

function readFile(files: FileSystem, path: string): string | undefined {
  return files.stat(path) === 'file' ? Buffer.from(files.readFile(path)).toString('utf8') : undefined;
}

function asObject(text: string): JsonValue | undefined {
  try {
    return parseYaml(text);
  } catch (error) {
    if (isFluxError(error)) return undefined;
    throw error;
  }
}

import { FluxError, isFluxError } from '../../core/errors.ts';
import type { FileSystem } from '../../core/filesystem.ts';
import { isJsonObject } from '../../core/json.ts';
import { joinPath } from '../../core/paths.ts';
import { decryptDocument } from './decrypt-document.ts';
import { formatForPath, hasMarker } from './format-for-path.ts';
import { overlayFiles } from './overlay-files.ts';
import type { KeyService, SopsFormat } from './types.ts';

/** Files of more bytes than this are refused, encrypted or not. */
const LARGEST_FILE = 5 * 1024 * 1024;

/** Names that kustomize looks for. */
const KUSTOMIZATION_FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

/** What is looked at in a kustomization. */
export interface SourceLists {
  readonly resources?: unknown;
  readonly components?: unknown;
  readonly secretGenerator?: unknown;
  readonly patches?: unknown;
}

interface Walk {
  readonly files: FileSystem;
  readonly services: readonly KeyService[];
  readonly visited: Set<string>;
  readonly looked: Set<string>;
  readonly plain: Map<string, Uint8Array>;
}

/**
 * Decrypts the files that secret generators and patches name, from a kustomization down through its resources and components.
 * Nothing is written: the result is a view of the tree. Encrypted resources are left for after the build.
 *
 * Effects: reads the files; asks the key services
 * Source: kustomize-controller internal/decryptor DecryptSources
 *
 * @param path the folder of the root kustomization
 * @param root that kustomization as it is built; it need not be in the files
 * @throws {FluxError} sops/bad-kustomization: a folder with no kustomization, or with two; sops/file-not-found,
 * sops/too-large; those of `decryptDocument`
 */
export async function decryptFiles(
  files: FileSystem,
  path: string,
  root: SourceLists,
  services: readonly KeyService[],
): Promise<FileSystem> {
  const walk: Walk = { files, services, visited: new Set(), looked: new Set(), plain: new Map() };
  try {
    await visit(walk, joinPath('/', path), root);
  } catch (error) {
    if (!isFluxError(error)) throw error;
    const { code, hint, details, source } = error;
    throw new FluxError(code, `error decrypting sources: ${error.message}`, {
      ...(hint === undefined ? {} : { hint }),
      ...(details === undefined ? {} : { details }),
      ...(source === undefined ? {} : { source }),
      cause: error,
    });
  }
  return overlayFiles(files, walk.plain);
}

async function visit(walk: Walk, dir: string, root?: SourceLists): Promise<void> {
  // What is no folder is a manifest, or the address of something elsewhere.
  if (walk.files.stat(dir) !== 'directory') return;
  const place = walk.files.realPath(dir);
  if (walk.visited.has(place)) return;
  walk.visited.add(place);
  const found = await loadKustomization(walk.files, dir);
  if (root === undefined && found === undefined) {
    throw new FluxError('sops/bad-kustomization', 'no kustomization file found', { source: { file: dir } });
  }
  const lists = root ?? found ?? {};
  for (const { source, format } of sourcesOf(lists)) await decryptFile(walk, joinPath(dir, source), format);
  for (const entry of [...textsOf(lists.resources), ...textsOf(lists.components)]) await visit(walk, joinPath(dir, entry));
}

async function loadKustomization(files: FileSystem, dir: string): Promise<SourceLists | undefined> {
  const present = KUSTOMIZATION_FILES.filter((name) => files.stat(joinPath(dir, name)) !== undefined);
  for (const name of present) {
    if (files.stat(joinPath(dir, name)) === 'file') continue;
    throw new FluxError('sops/bad-kustomization', `expected ${name} to be a regular file`, {
      source: { file: joinPath(dir, name) },
    });
  }
  if (present.length > 1) {
    throw new FluxError('sops/bad-kustomization', 'found multiple kustomization files', {
      source: { file: dir },
      hint: `keep one of ${present.join(', ')}`,
    });
  }
  const [name] = present;
  if (name === undefined) return undefined;
  const { parseYaml } = await import('../../core/yaml/index.ts');
  const file = joinPath(dir, name);
  const value = parseYaml(new TextDecoder('utf-8').decode(files.readFile(file)), { file });
  return isJsonObject(value) ? value : {};
}

/** The files that may be encrypted, with the format that the kustomization gives them. */
function sourcesOf({ secretGenerator, patches }: SourceLists): { source: string; format: SopsFormat }[] {
  const generated = listOf(secretGenerator).flatMap((generator) => {
    if (!isJsonObject(generator)) return [];
    const files = textsOf(generator['files']).map((entry) => {
      const equals = entry.indexOf('=');
      const key = equals < 0 ? entry : entry.slice(0, equals);
      return { source: equals < 0 ? entry : entry.slice(equals + 1), format: formatForPath(key) };
    });
    const envs = textsOf(generator['envs']).map((source) => {
      const format = formatForPath(source);
      return { source, format: format === 'binary' ? ('dotenv' as const) : format };
    });
    return [...files, ...envs];
  });
  const patched = listOf(patches).flatMap((patch) => {
    const path = isJsonObject(patch) ? patch['path'] : undefined;
    if (typeof path !== 'string' || path === '' || /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(path)) return [];
    return [{ source: path, format: formatForPath(path) }];
  });
  return [...generated, ...patched];
}

async function decryptFile({ files, services, looked, plain }: Walk, path: string, format: SopsFormat): Promise<void> {
  const kind = files.stat(path);
  if (kind === undefined) {
    throw new FluxError('sops/file-not-found', `lstat ${path}: no such file or directory`, { source: { file: path } });
  }
  const place = files.realPath(path);
  if (looked.has(place)) return;
  if (kind !== 'file') {
    throw new FluxError('sops/file-not-found', 'cannot decrypt irregular file as it has file mode type bits set', {
      source: { file: path },
    });
  }
  const content = files.readFile(path);
  if (content.length > LARGEST_FILE) {
    throw new FluxError(
      'sops/too-large',
      `cannot decrypt file with size (${content.length} bytes) exceeding limit (${LARGEST_FILE})`,
      { source: { file: path }, hint: 'a Secret holds about a megabyte: leave the file out of the generator' },
    );
  }
  if (hasMarker(content, format)) {
    plain.set(place, await decryptDocument(content, { format, services, checkMac: false, file: path }));
  }
  looked.add(place);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textsOf(value: unknown): string[] {
  return listOf(value).filter((entry) => typeof entry === 'string');
}

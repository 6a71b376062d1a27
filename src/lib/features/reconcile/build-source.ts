import { FluxError } from '../../core/errors.ts';
import { type K8sObject, refOf } from '../../core/objects.ts';
import { type ArchiveEntry, createSourceMatcher, pack, type PackedArtifact } from '../../engine/artifact/index.ts';
import { existsIn, placeInclude, securePath } from './place-include.ts';
import type { SourceShape } from './source-shape.ts';

/** The files of a source, and its artifact. */
export interface BuiltSource {
  /** By path; what the ignore rules leave out is not there. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly packed: PackedArtifact;
}

/**
 * Keeps the files whose paths begin as `spec.sparseCheckout` says, and sees to it that each of its paths is there.
 *
 * What begins so is taken, whether it ends at a slash or not: `deploy` takes `deploy-2/` as well.
 *
 * Effects: none
 * Source: go-git v5 plumbing/format/index SkipUnless; source-controller validateSparseCheckoutPaths
 *
 * @throws {FluxError} reconcile/sparse-path: one is not there
 */
export function selectSparse<T extends ArchiveEntry>(
  entries: readonly T[],
  shape: SourceShape,
  repository: K8sObject,
): readonly T[] {
  if (shape.sparse.length === 0) return entries;
  const beginnings = shape.sparse.map((path) => (path.startsWith('./') ? path.slice(2) : path));
  const kept = entries.filter(({ path }) => beginnings.some((beginning) => path.startsWith(beginning)));
  const byPath = new Map(kept.map((entry) => [entry.path, entry]));
  const missing = shape.sparse.find((path) => !existsIn(byPath, securePath(byPath, path)));
  if (missing === undefined) return kept;
  throw new FluxError(
    'reconcile/sparse-path',
    `failed to sparse checkout directories : sparse checkout dir '${missing}' does not exist in repository: lstat ${missing}: no such file or directory`,
    { subject: refOf(repository), hint: 'correct spec.sparseCheckout' },
  );
}

/**
 * Puts the included artifacts in, in their order.
 *
 * Effects: none
 *
 * @param included the files of each include
 * @throws {FluxError} reconcile/include-failed, reconcile/include-path
 */
export function placeIncludes(
  entries: readonly ArchiveEntry[],
  shape: SourceShape,
  included: readonly (readonly ArchiveEntry[])[],
): readonly ArchiveEntry[] {
  if (shape.include.length === 0) return entries;
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  for (const [index, include] of shape.include.entries()) placeInclude(byPath, included[index] ?? [], include);
  return [...byPath.values()];
}

/**
 * Applies the ignore rules to the files of a source and packs what is left.
 *
 * Effects: none
 */
export async function packSource(entries: readonly ArchiveEntry[], shape: SourceShape): Promise<BuiltSource> {
  const excludes = createSourceMatcher(entries, shape.ignore === undefined ? {} : { ignore: shape.ignore });
  const packed = await pack(entries, excludes);
  const files = new Map<string, Uint8Array>();
  for (const { path, type, bytes } of entries) if (type === 'file' && !excludes(path, false)) files.set(path, bytes);
  return { files, packed };
}

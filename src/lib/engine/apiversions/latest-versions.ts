import { GROUP } from '../../core/flux.ts';
import { findKind } from '../../core/kinds.ts';
import { formatApiVersion, groupOf, type KindRef } from '../../core/objects.ts';

/** Flux versions that files can be migrated to, newest first. */
export const TARGETS: readonly Target[] = ['2.9', '2.8', '2.7', '2.6'];

/** A minor version of Flux. */
export type Target = '2.9' | '2.8' | '2.7' | '2.6';

/**
 * The newest apiVersion of a Flux kind under a version of Flux; `undefined` for what is not Flux's.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/migrate.go latestAPIVersions
 *
 * @example latestApiVersion({ apiVersion: 'kustomize.toolkit.fluxcd.io/v1beta2', kind: 'Kustomization' }) // '…/v1'
 */
export function latestApiVersion(ref: KindRef, target: Target = '2.9'): string | undefined {
  const group = groupOf(ref);
  const row = findKind(group, ref.kind);
  if (row === undefined) return undefined;
  if (target !== '2.6') return formatApiVersion(group, row.version);
  // The image APIs became v1 in 2.7, which also brought source-watcher.
  if (group === GROUP.sourceExtensions) return undefined;
  return formatApiVersion(group, group === GROUP.image ? 'v1beta2' : row.version);
}

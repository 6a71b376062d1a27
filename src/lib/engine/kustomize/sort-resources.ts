import { FluxError } from '../../core/errors.ts';
import { formatGvk } from './ids.ts';
import type { Gvk, ResourceId } from './ids.ts';
import { currentId } from './resource.ts';
import type { Resource } from './resource.ts';
import { LEGACY_FIRST, LEGACY_LAST } from './sort-order.ts';
import type { SortOptions } from './types.ts';

/**
 * Sorts the output: the root's `sortOptions`, else the legacy order or none.
 *
 * @throws {FluxError} kustomize/sort-options: unknown order, or lists that the order does not use
 */
export function sortResources(
  resources: readonly Resource[],
  options: SortOptions | undefined,
  reorder: 'legacy' | 'none',
): Resource[] {
  if (options === undefined) return reorder === 'legacy' ? sortLegacy(resources, LEGACY_FIRST, LEGACY_LAST) : [...resources];
  const { order, legacySortOptions } = options;
  if (order !== 'fifo' && order !== 'legacy') {
    throw new FluxError(
      'kustomize/sort-options',
      `read sortOptions: the field 'sortOptions.order' is "${order ?? ''}", it must be one of [fifo, legacy]`,
    );
  }
  if (order === 'fifo') {
    if (legacySortOptions === undefined) return [...resources];
    throw new FluxError(
      'kustomize/sort-options',
      "read sortOptions: the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'",
    );
  }
  if (legacySortOptions === undefined) return sortLegacy(resources, LEGACY_FIRST, LEGACY_LAST);
  return sortLegacy(resources, legacySortOptions.orderFirst ?? [], legacySortOptions.orderLast ?? []);
}

interface Ranked {
  readonly resource: Resource;
  readonly id: ResourceId;
  readonly rank: number;
  readonly gvkText: string;
  readonly idText: string;
}

function sortLegacy(resources: readonly Resource[], first: readonly string[], last: readonly string[]): Resource[] {
  const ranks = new Map<string, number>();
  for (const [at, kind] of first.entries()) ranks.set(kind, at - first.length);
  for (const [at, kind] of last.entries()) ranks.set(kind, at + 1);
  const ranked = resources.map((resource): Ranked => {
    const id = currentId(resource);
    const { group, version, kind, namespace, name } = id;
    return {
      resource,
      id,
      rank: ranks.get(kind) ?? 0,
      gvkText: `${group || '~G'}_${version || '~V'}_${kind || '~K'}`,
      idText: `${formatGvk(id)}|${namespace || '~X'}|${name || '~N'}`,
    };
  });
  return ranked.sort(compareRanked).map(({ resource }) => resource);
}

function compareRanked(a: Ranked, b: Ranked): number {
  if (!sameGvk(a.id, b.id)) {
    if (a.rank !== b.rank) return a.rank - b.rank;
    // A core Namespace comes before those of other groups, although no group sorts last.
    const isNamespace = a.id.kind === 'Namespace' && b.id.kind === 'Namespace' && (a.id.group === '' || b.id.group === '');
    return isNamespace ? compareText(b.gvkText, a.gvkText) : compareText(a.gvkText, b.gvkText);
  }
  return compareText(a.idText, b.idText);
}

function sameGvk(a: Gvk, b: Gvk): boolean {
  return a.kind === b.kind && a.group === b.group && a.version === b.version;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

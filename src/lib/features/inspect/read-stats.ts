import { isFluxError } from '../../core/errors.ts';
import { CONDITION } from '../../core/flux.ts';
import { apiVersionOf, kindNamed } from '../../core/kinds.ts';
import type { K8sObject } from '../../core/objects.ts';
import { readCondition, readPath, readText } from '../../core/read-object.ts';
import type { View } from '../../core/view.ts';
import type { InspectReader } from './ports.ts';

/** How the objects of a kind are. */
export interface KindStats {
  readonly kind: string;
  /** Those that are not suspended. */
  readonly running: number;
  readonly failing: number;
  readonly suspended: number;
  /** Bytes of all artifacts. */
  readonly storageBytes: number;
}

/** The order of upstream's table. */
const ORDER: readonly string[] = [
  'GitRepository',
  'OCIRepository',
  'HelmRepository',
  'HelmChart',
  'Bucket',
  'Kustomization',
  'HelmRelease',
  'Alert',
  'Provider',
  'Receiver',
  'ImageUpdateAutomation',
  'ImagePolicy',
  'ImageRepository',
];

/**
 * Counts Flux's objects by kind. A kind that the cluster does not serve has none.
 *
 * Effects: reads the cluster
 * Source: fluxcd/flux2 cmd/flux/stats.go
 * Differs: a kind that may not be listed is an error; upstream says that there are none
 *
 * @param namespace absent means all
 */
export async function readStats(namespace: string | undefined, kube: Pick<InspectReader, 'list'>): Promise<KindStats[]> {
  const place = namespace === undefined ? {} : { namespace };
  return await Promise.all(
    ORDER.map(async (kind) => {
      try {
        return countObjects(kind, (await kube.list({ apiVersion: apiVersionOf(kindNamed(kind)), kind }, place)).items);
      } catch (error) {
        if (isFluxError(error, 'kube/unknown-kind')) return countObjects(kind, []);
        throw error;
      }
    }),
  );
}

function countObjects(kind: string, objects: readonly K8sObject[]): KindStats {
  const suspended = objects.filter((object) => readPath(object, 'spec', 'suspend') === true).length;
  const failing = objects.filter((object) => readText(readCondition(object, CONDITION.ready), 'status') === 'False').length;
  const sizes = objects.map((object) => Number(readPath(object, 'status', 'artifact', 'size') ?? 0));
  const storageBytes = sizes.reduce((sum, size) => sum + size, 0);
  return { kind, running: objects.length - suspended, failing, suspended, storageBytes };
}

/** The columns of the counts. */
export const STATS_VIEW: View<KindStats> = [
  { title: 'Reconcilers', value: (row) => row.kind },
  { title: 'Running', value: (row) => String(row.running) },
  { title: 'Failing', value: (row) => String(row.failing) },
  { title: 'Suspended', value: (row) => String(row.suspended) },
  { title: 'Storage', value: (row) => formatSize(row.storageBytes) },
];

/**
 * Writes a size in binary units.
 *
 * @example formatSize(1536) // '1.5 KiB'
 */
export function formatSize(bytes: number): string {
  if (bytes === 0) return '-';
  if (bytes < 1024) return `${bytes} B`;
  const exponent = Math.min(6, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** exponent).toFixed(1)} ${'KMGTPE'[exponent - 1]}iB`;
}

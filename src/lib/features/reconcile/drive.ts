import { isFluxError } from '../../core/errors.ts';
import type { K8sObject } from '../../core/objects.ts';
import { addLogin, createSecretReader } from './file-secrets.ts';
import { type DriveOptions, driveGraph, inventoryNamespaceOf } from './drive-graph.ts';
import { type LeaseName, type StandIn, withFileLeases, withLeases } from './hold-leases.ts';
import { countPruned, mergeReports } from './merge-reports.ts';
import type { ReconcilePorts } from './ports.ts';
import { type DriveSelection, hasDrivenSources } from './select-objects.ts';
import type { DriveEvent, KustomizationReport, PrunedKind, SourceReport } from './types.ts';

/** What came of everything, in the order in which it ended. */
export interface DriveReport {
  readonly sources: readonly SourceReport[];
  readonly kustomizations: readonly KustomizationReport[];
  /** What was deleted because Git has it no more, per kind. */
  readonly pruned: readonly PrunedKind[];
  /** True where all is done or suspended. */
  readonly isDone: boolean;
  readonly elapsedMs: number;
}

/**
 * Drives the whole graph once: each source, then each Kustomization as soon as what it waits for is over; what a
 * Kustomization applies of Flux's own kinds joins.
 *
 * Effects: those of `driveGraph`; holds the controllers' Leases meanwhile (that of source-controller only where there are
 * GitRepositories to drive: it has to serve what it keeps), or, where the objects exist only in files, one for
 * each inventory
 *
 * @param emit told of what happens as it does
 * @throws {FluxError} lease/held: controllers are at work; reconcile/not-found: a name that is not there; errors of the API
 * server. What fails for one object is in its report
 */
export async function drive(
  selection: DriveSelection,
  ports: ReconcilePorts,
  options: DriveOptions = {},
  emit: (event: DriveEvent) => void = () => {},
): Promise<DriveReport> {
  const began = ports.world.now();
  const sources = new Map<string, SourceReport>();
  const kustomizations = new Map<string, KustomizationReport>();
  const collect = (event: DriveEvent): void => {
    emit(event);
    if (event.event !== 'finished') return;
    const { event: _event, at: _at, ...report } = event;
    const key = `${report.namespace}/${report.name}`;
    if (report.kind === 'GitRepository') putLast(sources, key, report);
    else {
      const before = kustomizations.get(key);
      putLast(kustomizations, key, before === undefined ? report : mergeReports(before, report));
    }
  };
  await underLeases(selection, ports, options, (chosen, held, given) => driveGraph(chosen, held, given, false, collect));
  const reports = { sources: [...sources.values()], kustomizations: [...kustomizations.values()] };
  const isGood = ({ outcome }: { outcome: string }): boolean => outcome === 'done' || outcome === 'suspended';
  return {
    ...reports,
    pruned: countPruned(reports.kustomizations),
    isDone: reports.sources.every(isGood) && reports.kustomizations.every(isGood),
    elapsedMs: ports.world.now() - began,
  };
}

/**
 * Goes on driving until the signal of the ports ends it: each object on its interval, on its changes, and on what is new in
 * its source.
 *
 * Effects: those of `drive`, again and again
 *
 * @throws the signal's reason; {FluxError} lease/lost, and what `drive` throws
 */
export async function driveOn(
  selection: DriveSelection,
  ports: ReconcilePorts,
  options: DriveOptions,
  emit: (event: DriveEvent) => void,
): Promise<void> {
  await underLeases(selection, ports, options, (chosen, held, given) => driveGraph(chosen, held, given, true, emit));
}

/** Takes the Leases that keep everybody else from the same objects. */
async function underLeases(
  selection: DriveSelection,
  ports: ReconcilePorts,
  options: DriveOptions,
  work: (selection: DriveSelection, ports: ReconcilePorts, options: DriveOptions) => Promise<void>,
): Promise<void> {
  const wait = options.waitLeaseMs === undefined ? {} : { waitLeaseMs: options.waitLeaseMs };
  if (selection.from !== 'objects') {
    const withSources = options.withSources !== false && (await hasDrivenSources(selection, ports));
    const standIns: readonly StandIn[] = withSources ? ['source', 'kustomize'] : ['kustomize'];
    await withLeases(standIns, ports, (held) => work(selection, held, { ...options, withSources }), options.fluxNamespace, wait);
    return;
  }
  const given = { objects: selection.objects, secrets: selection.secrets ?? [] };
  const { objects, secrets } = selection.login === undefined ? given : addLogin(given, selection.login);
  const reader = createSecretReader(secrets, ports.kube);
  const names = objects.flatMap((object) => fileLeaseOf(object, selection) ?? []);
  await withFileLeases(
    names,
    ports,
    (held) => work({ ...selection, objects }, { ...held, secrets: reader, recordEvents: false }, options),
    wait,
  );
}

/** The Lease beside the inventory of a Kustomization; one that cannot be read has none, and its own run says why. */
function fileLeaseOf(object: K8sObject, selection: DriveSelection): LeaseName | undefined {
  if (object.kind !== 'Kustomization') return undefined;
  try {
    return { namespace: inventoryNamespaceOf(object, selection), name: `flux-${object.metadata.name}` };
  } catch (error) {
    if (isFluxError(error)) return undefined;
    throw error;
  }
}

/** The order is that in which they ended last. */
function putLast<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
}

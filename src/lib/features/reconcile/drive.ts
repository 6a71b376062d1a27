import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import { apiVersionOf, kindNamed } from '../../core/kinds.ts';
import { formatSubject, type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import { openConfigMapStore } from './configmap-store.ts';
import { addLogin, createSecretReader, type GitLogin } from './file-secrets.ts';
import { type StandIn, withLeases } from './hold-leases.ts';
import { findCycles, graphKey, isDriven, planGraph } from './plan-graph.ts';
import type { ReconcilePorts } from './ports.ts';
import { readKustomization } from './read-kustomization.ts';
import { reconcileGitRepository } from './reconcile-git-repository.ts';
import { type KustomizationOptions, reconcileKustomization } from './reconcile-kustomization.ts';
import { artifactOf } from './source-artifact.ts';
import { createSourceContents } from './source-contents.ts';
import { includesOf } from './source-shape.ts';
import { memoryStatusStore, type StatusStore } from './status-store.ts';
import { tellFailure } from './tell-failure.ts';
import { formatReportedError, type KustomizationReport, type SourceReport } from './types.ts';

/** What to drive. */
export type DriveSelection =
  /** All of one namespace; all of all where it is absent. */
  | { readonly from: 'cluster'; readonly namespace?: string }
  /** These Kustomizations of one namespace. */
  | { readonly from: 'names'; readonly namespace: string; readonly names: readonly string[] }
  /** GitRepositories and Kustomizations that exist only here; what else there is is left out. */
  | {
      readonly from: 'objects';
      readonly objects: readonly K8sObject[];
      readonly inventoryNamespace?: string;
      /** Secrets beside the objects, which their sources may name; the cluster's come second. */
      readonly secrets?: readonly K8sObject[];
      /** For sources that name no Secret, all on one host. */
      readonly login?: GitLogin;
    };

/** How to drive. */
export interface DriveOptions extends Omit<KustomizationOptions, 'contents' | 'store' | 'find'> {
  /** False takes sources as they are. Default: true. */
  readonly withSources?: boolean;
  /** How many are under way at once. Default: 4, as kustomize-controller. */
  readonly concurrency?: number;
  /** Where the controllers would run. Default: flux-system. */
  readonly fluxNamespace?: string;
}

/** What came of everything, in the order in which it ended. */
export interface DriveReport {
  readonly sources: readonly SourceReport[];
  readonly kustomizations: readonly KustomizationReport[];
  /** True where all is done or suspended. */
  readonly isDone: boolean;
  readonly elapsedMs: number;
}

const DEFAULT_CONCURRENCY = 4;

/**
 * Drives the whole graph once: each source, then each Kustomization as soon as what it waits for is over; what a
 * Kustomization applies of Flux's own kinds joins.
 *
 * Effects: those of `reconcileGitRepository` and `reconcileKustomization`; holds the controllers' Leases meanwhile, unless
 * the objects exist only in files
 *
 * @throws {FluxError} lease/held: controllers are at work; reconcile/not-found: a name that is not there; errors of the API
 * server. What fails for one object is in its report
 */
export async function drive(selection: DriveSelection, ports: ReconcilePorts, options: DriveOptions = {}): Promise<DriveReport> {
  if (selection.from === 'objects') {
    const given = { objects: selection.objects, secrets: selection.secrets ?? [] };
    const { objects, secrets } = selection.login === undefined ? given : addLogin(given, selection.login);
    const reader = createSecretReader(secrets, ports.kube);
    return driveGraph({ ...selection, objects }, { ...ports, secrets: reader, recordEvents: false }, options);
  }
  const standIns: readonly StandIn[] = options.withSources === false ? ['kustomize'] : ['source', 'kustomize'];
  return withLeases(standIns, ports, (held) => driveGraph(selection, held, options), options.fluxNamespace);
}

async function driveGraph(selection: DriveSelection, ports: ReconcilePorts, options: DriveOptions): Promise<DriveReport> {
  const { world } = ports;
  const began = world.now();
  const objects = new Map((await selectObjects(selection, ports, options)).map((object) => [graphKey(object), object]));
  const stores = new Map<string, StatusStore>();
  const sources: SourceReport[] = [];
  const kustomizations: KustomizationReport[] = [];
  const started = new Set<string>();
  const over = new Set<string>();
  const running = new Map<string, Promise<void>>();

  const find = async (ref: ObjectRef): Promise<K8sObject | undefined> =>
    selection.from === 'objects' && isDriven(ref) ? stores.get(formatSubject(ref))?.current() : ports.kube.get(ref);
  const contents = createSourceContents(ports, find);
  const join = async (report: KustomizationReport): Promise<void> => {
    if (selection.from === 'objects' || report.cluster !== undefined) return;
    for (const change of report.changes) {
      if (change.action === 'pruned' || !isDriven(change) || objects.has(formatSubject(change))) continue;
      const object = await ports.kube.get(change);
      if (object !== undefined) objects.set(graphKey(object), object);
    }
  };
  const runOne = async (object: K8sObject): Promise<void> => {
    const store = selection.from === 'objects' ? await openStore(object, selection, ports) : undefined;
    if (store !== undefined) stores.set(graphKey(object), store);
    const withStore = store === undefined ? {} : { store };
    const withFlux = options.fluxNamespace === undefined ? {} : { fluxNamespace: options.fluxNamespace };
    if (object.kind === 'GitRepository') {
      if (options.withSources === false && artifactOf(object) !== undefined) return;
      sources.push(await reconcileGitRepository(refOf(object), ports, { contents, find, ...withFlux, ...withStore }));
      return;
    }
    const report = await reconcileKustomization(refOf(object), ports, { ...options, contents, find, ...withStore });
    kustomizations.push(report);
    await join(report);
  };
  const start = (key: string, object: K8sObject): void => {
    started.add(key);
    const work = runOne(object)
      .catch((error: unknown) => {
        if (ports.signal?.aborted === true) throw error;
        noteFailure(object, error, sources, kustomizations, ports);
      })
      .finally(() => {
        running.delete(key);
        over.add(key);
      });
    running.set(key, work);
  };

  for (;;) {
    const graph = planGraph([...objects.values()]);
    const waiting = [...graph].filter(([key]) => !started.has(key));
    if (waiting.length === 0 && running.size === 0) break;
    const ready = waiting.filter(([, waitsFor]) => [...waitsFor].every((key) => over.has(key)));
    const places = (options.concurrency ?? DEFAULT_CONCURRENCY) - running.size;
    for (const [key] of ready.slice(0, Math.max(0, places))) {
      const object = objects.get(key);
      if (object !== undefined) start(key, object);
    }
    if (running.size === 0) {
      refuseCycles(waiting, findCycles(graph), objects, sources, kustomizations, ports);
      break;
    }
    await settleOne(running, ports.signal);
  }
  const isGood = ({ outcome }: { outcome: string }): boolean => outcome === 'done' || outcome === 'suspended';
  return {
    sources,
    kustomizations,
    isDone: sources.every(isGood) && kustomizations.every(isGood),
    elapsedMs: world.now() - began,
  };
}

/**
 * Waits until one of those under way is over. When everything has to stop, all of them must be over first: nobody may write
 * any more once the Leases are given back.
 */
async function settleOne(running: ReadonlyMap<string, Promise<void>>, signal: AbortSignal | undefined): Promise<void> {
  try {
    await Promise.race(running.values());
    signal?.throwIfAborted();
  } catch (error) {
    await Promise.allSettled(running.values());
    throw error;
  }
}

/** Reads what is to be driven: the Kustomizations, and the sources in the same place or that these refer to. */
async function selectObjects(
  selection: DriveSelection,
  ports: ReconcilePorts,
  options: DriveOptions,
): Promise<readonly K8sObject[]> {
  if (selection.from === 'objects') return selection.objects.filter(isDriven);
  const { kube } = ports;
  const kustomizationKind = { apiVersion: apiVersionOf(kindNamed('Kustomization')), kind: 'Kustomization' };
  const sourceKind = { apiVersion: apiVersionOf(kindNamed('GitRepository')), kind: 'GitRepository' };
  const found: K8sObject[] = [];
  if (selection.from === 'names') {
    for (const name of selection.names) {
      const ref = { ...kustomizationKind, namespace: selection.namespace, name };
      const object = await kube.get(ref);
      if (object === undefined) throw new FluxError('reconcile/not-found', `${formatSubject(ref)} not found`, { subject: ref });
      found.push(object);
    }
  } else {
    const place = selection.namespace === undefined ? {} : { namespace: selection.namespace };
    found.push(...(await kube.list(kustomizationKind, place)).items);
    if (options.withSources !== false) found.push(...(await kube.list(sourceKind, place)).items);
  }
  if (options.withSources === false) return found;
  const known = new Set(found.map(graphKey));
  // The list grows while it is walked: what a source includes may include others.
  for (const object of found) {
    for (const { namespace, name } of listSources(object)) {
      const ref = { ...sourceKind, namespace, name };
      if (known.has(formatSubject(ref))) continue;
      known.add(formatSubject(ref));
      const repository = await kube.get(ref);
      if (repository !== undefined) found.push(repository);
    }
  }
  return found;
}

/** The GitRepositories that an object needs. */
function listSources(object: K8sObject): readonly { readonly namespace: string; readonly name: string }[] {
  if (object.kind === 'GitRepository') {
    return includesOf(object).map(({ name }) => ({ namespace: object.metadata.namespace ?? '', name }));
  }
  const { source } = readKustomization(object);
  return source.kind === 'GitRepository' ? [source] : [];
}

/** Where the status of an object from a file goes. */
async function openStore(
  object: K8sObject,
  selection: DriveSelection & { from: 'objects' },
  ports: ReconcilePorts,
): Promise<StatusStore> {
  if (object.kind === 'GitRepository') return memoryStatusStore(object, () => Promise.resolve());
  const { targetNamespace, namespace } = readKustomization(object);
  return openConfigMapStore(object, ports.kube, selection.inventoryNamespace ?? targetNamespace ?? namespace);
}

function noteFailure(
  object: K8sObject,
  cause: unknown,
  sources: SourceReport[],
  kustomizations: KustomizationReport[],
  ports: ReconcilePorts,
): void {
  const error = isFluxError(cause) ? cause : new FluxError('reconcile/failed', messageOf(cause), { cause });
  const { namespace = '', name } = object.metadata;
  const failed = { namespace, name, outcome: 'failed', elapsedMs: 0, error: formatReportedError(error) } as const;
  tellFailure(error, ports.progress, formatSubject(refOf(object)));
  if (object.kind === 'GitRepository') sources.push({ kind: 'GitRepository', isNew: false, ...failed });
  else {
    const counts = { created: 0, configured: 0, unchanged: 0, skipped: 0, pruned: 0 };
    kustomizations.push({ kind: 'Kustomization', changes: [], counts, stages: [], ...failed });
  }
}

/** What is left when nothing can begin waits for itself. */
function refuseCycles(
  waiting: readonly (readonly [string, ReadonlySet<string>])[],
  cycle: readonly string[],
  objects: ReadonlyMap<string, K8sObject>,
  sources: SourceReport[],
  kustomizations: KustomizationReport[],
  ports: ReconcilePorts,
): void {
  for (const [key] of waiting) {
    const object = objects.get(key);
    if (object === undefined) continue;
    const error = new FluxError(
      'reconcile/dependency-cycle',
      `${key} waits for itself: ${cycle.join(', ')} depend on each other`,
      {
        subject: refOf(object),
        hint: 'take one of them out of spec.dependsOn',
      },
    );
    noteFailure(object, error, sources, kustomizations, ports);
  }
}

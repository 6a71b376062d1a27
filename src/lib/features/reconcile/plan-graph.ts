import { isFluxError } from '../../core/errors.ts';
import { GROUP, KUSTOMIZE } from '../../core/flux.ts';
import { formatSubject, groupOf, type K8sObject, type KindRef, refOf } from '../../core/objects.ts';
import { readKustomization } from './read-kustomization.ts';
import { includesOf } from './source-shape.ts';

/** What must be over before something can begin, by the key of each. */
export type WaitsFor = ReadonlyMap<string, ReadonlySet<string>>;

/** The key of an object in the graph. */
export function graphKey(object: K8sObject): string {
  return formatSubject(refOf(object));
}

/** Tells whether an object is one that is driven. */
export function isDriven(object: KindRef): boolean {
  const group = groupOf(object);
  return (
    (object.kind === 'Kustomization' && group === GROUP.kustomize) || (object.kind === 'GitRepository' && group === GROUP.source)
  );
}

/** What waits for what, and how long. */
export interface Steps {
  /** Until the other is over: a Kustomization for its source and for what it depends on. */
  readonly over: WaitsFor;
  /** Until the other has applied, which may be about to change it: by the key of each, that of its owner. */
  readonly applied: ReadonlyMap<string, string>;
}

/**
 * Works out what waits for what: a Kustomization for its source and for what it depends on; a source for what it includes;
 * and everything for the
 * Kustomization that applies it, which may be about to change it, unless that in turn waits for it (as the first
 * Kustomization of a cluster does for the source that it applies). An owner is waited for only until it has applied: it may
 * be waiting for the health of the very object (`spec.wait`).
 *
 * Effects: none
 *
 * @param objects GitRepositories and Kustomizations; what is not among them is not waited for
 */
export function planSteps(objects: readonly K8sObject[]): Steps {
  const all = new Map<string, Set<string>>(objects.map((object) => [graphKey(object), new Set()]));
  const add = (from: string, to: string): void => {
    if (from !== to && all.has(to)) all.get(from)?.add(to);
  };
  for (const object of objects) {
    const needed = readNeeds(object);
    if (needed === undefined) continue;
    for (const source of needed.sources) add(graphKey(object), source);
    for (const dependency of needed.dependsOn) add(graphKey(object), dependency);
  }
  const over = new Map([...all].map(([key, waitsFor]) => [key, new Set(waitsFor)]));
  const applied = new Map<string, string>();
  for (const object of objects) {
    const owner = ownerKeyOf(object);
    const key = graphKey(object);
    if (owner === undefined || owner === key || !all.has(owner) || reaches(all, owner, key)) continue;
    all.get(key)?.add(owner);
    applied.set(key, owner);
  }
  return { over, applied };
}

/**
 * The same without the difference in how long.
 *
 * Effects: none
 */
export function planGraph(objects: readonly K8sObject[]): WaitsFor {
  const { over, applied } = planSteps(objects);
  return new Map(
    [...over].map(([key, waitsFor]) => {
      const owner = applied.get(key);
      return [key, owner === undefined ? waitsFor : new Set([...waitsFor, owner])];
    }),
  );
}

/** What an object needs, by key. */
export interface Needs {
  /** The source of a Kustomization; those that a source includes. */
  readonly sources: readonly string[];
  /** Of the driven kinds. */
  readonly dependsOn: readonly string[];
}

/**
 * Reads what an object needs; nothing where it is not of the driven kinds, or cannot be read: its own run will say so.
 *
 * Effects: none
 */
export function readNeeds(object: K8sObject): Needs | undefined {
  try {
    if (object.kind === 'GitRepository') {
      return { sources: includesOf(object).map(({ name }) => formatSubject({ ...refOf(object), name })), dependsOn: [] };
    }
    if (object.kind !== 'Kustomization') return undefined;
    const { source, dependsOn } = readKustomization(object);
    return {
      sources: [`${source.kind}/${source.namespace}/${source.name}`],
      dependsOn: dependsOn.filter(isDriven).map((dependency) => formatSubject(dependency)),
    };
  } catch (error) {
    if (isFluxError(error)) return undefined;
    throw error;
  }
}

/** The key of the Kustomization that applies an object, by the labels of that. */
export function ownerKeyOf(object: K8sObject): string | undefined {
  const { labels = {} } = object.metadata;
  const name = labels[KUSTOMIZE.nameLabel];
  return name === undefined ? undefined : `Kustomization/${labels[KUSTOMIZE.namespaceLabel]}/${name}`;
}

/**
 * Lists the members of every cycle.
 *
 * Effects: none
 */
export function findCycles(graph: WaitsFor): string[] {
  return [...graph.keys()].filter((key) => [...(graph.get(key) ?? [])].some((next) => reaches(graph, next, key)));
}

/** Whether one waits for the other, directly or not. */
function reaches(graph: WaitsFor, from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (key === to) return true;
    if (seen.has(key)) continue;
    seen.add(key);
    open.push(...(graph.get(key) ?? []));
  }
  return false;
}

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

/**
 * Works out what waits for what: a Kustomization for its source and for what it depends on; a source for what it includes;
 * and everything for the
 * Kustomization that applies it, which may be about to change it, unless that in turn waits for it (as the first
 * Kustomization of a cluster does for the source that it applies).
 *
 * Effects: none
 *
 * @param objects GitRepositories and Kustomizations; what is not among them is not waited for
 */
export function planGraph(objects: readonly K8sObject[]): WaitsFor {
  const graph = new Map<string, Set<string>>(objects.map((object) => [graphKey(object), new Set()]));
  const add = (from: string, to: string): void => {
    if (from !== to && graph.has(to)) graph.get(from)?.add(to);
  };
  for (const object of objects) {
    if (object.kind === 'GitRepository') {
      for (const { name } of includesOf(object)) add(graphKey(object), formatSubject({ ...refOf(object), name }));
      continue;
    }
    const { source, dependsOn } = readKustomization(object);
    add(graphKey(object), `${source.kind}/${source.namespace}/${source.name}`);
    for (const dependency of dependsOn) if (isDriven(dependency)) add(graphKey(object), formatSubject(dependency));
  }
  for (const object of objects) {
    const { labels = {} } = object.metadata;
    const owner = `Kustomization/${labels[KUSTOMIZE.namespaceLabel]}/${labels[KUSTOMIZE.nameLabel]}`;
    const key = graphKey(object);
    if (graph.has(owner) && !reaches(graph, owner, key)) add(key, owner);
  }
  return graph;
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

import { GROUP } from '../../core/flux.ts';
import { apiVersionOf, kindNamed } from '../../core/kinds.ts';
import { formatSubject, groupOf, type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import { readList, readPath, readText } from '../../core/read-object.ts';
import { parseInventoryEntry } from '../../engine/inventory/index.ts';

/** The version in which Kustomizations are read. */
export const KUSTOMIZATION_API: string = apiVersionOf(kindNamed('Kustomization'));
/** The version in which HelmReleases are read. */
export const RELEASE_API: string = apiVersionOf(kindNamed('HelmRelease'));

/**
 * Lists what belongs to the tree of a Kustomization: itself, the Kustomizations and HelmReleases that it has applied, those that
 * depend on it, and so on. What a member has applied counts only once it has seen the commit: before that its list is the old one.
 *
 * Effects: none
 *
 * @param objects what is known, by `formatSubject`
 * @param hasSeen whether a member's list is the new one
 * @returns in the order in which they are found; what is not known yet among them
 */
export function listMembers(
  root: ObjectRef,
  objects: ReadonlyMap<string, K8sObject>,
  hasSeen: (object: K8sObject) => boolean,
): readonly ObjectRef[] {
  const members = new Map<string, ObjectRef>([[formatSubject(root), root]]);
  // A Map can grow while it is walked: what is added is walked too.
  for (const [key] of members) {
    const object = objects.get(key);
    if (object === undefined || object.kind !== 'Kustomization') continue;
    const isHere = readPath(object, 'spec', 'kubeConfig') === undefined;
    const applied = hasSeen(object) && isHere ? appliedBy(object) : [];
    for (const ref of [...applied, ...dependentsOf(object, objects)]) {
      if (!members.has(formatSubject(ref))) members.set(formatSubject(ref), ref);
    }
  }
  return [...members.values()];
}

function appliedBy(object: K8sObject): ObjectRef[] {
  return readList(object, 'status', 'inventory', 'entries').flatMap((entry) => {
    const ref = parseInventoryEntry({ id: readText(entry, 'id'), v: readText(entry, 'v') });
    const group = groupOf(ref);
    if (ref.kind === 'Kustomization' && group === GROUP.kustomize) return [{ ...ref, apiVersion: KUSTOMIZATION_API }];
    return ref.kind === 'HelmRelease' && group === GROUP.helm ? [{ ...ref, apiVersion: RELEASE_API }] : [];
  });
}

function dependentsOf(object: K8sObject, objects: ReadonlyMap<string, K8sObject>): ObjectRef[] {
  const { name, namespace } = object.metadata;
  return [...objects.values()]
    .filter(
      (other) =>
        other.kind === 'Kustomization' &&
        readList(other, 'spec', 'dependsOn').some(
          (entry) =>
            (readText(entry, 'kind') || 'Kustomization') === 'Kustomization' &&
            readText(entry, 'name') === name &&
            (readText(entry, 'namespace') || other.metadata.namespace) === namespace,
        ),
    )
    .map(refOf);
}

import { GROUP } from '../../core/flux.ts';
import { kindNamed } from '../../core/kinds.ts';
import { readList, readText } from '../../core/read-object.ts';
import { readExisting } from './find-objects.ts';
import type { ObjectGetter } from './ports.ts';
import type { TreeNode } from './read-tree.ts';

/**
 * Reads which ExternalArtifacts an ArtifactGenerator has made.
 *
 * Effects: reads the cluster
 * Source: fluxcd/flux2 cmd/flux/tree_artifact_generator.go
 *
 * @throws {FluxError} inspect/not-found
 */
export async function readGeneratorTree(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  kube: ObjectGetter,
): Promise<TreeNode> {
  const { group, version, kind } = kindNamed('ArtifactGenerator');
  const generator = await readExisting({ apiVersion: `${group}/${version}`, kind, namespace, name }, kube);
  const items = readList(generator, 'status', 'inventory').map((entry) => ({
    group: GROUP.source,
    kind: 'ExternalArtifact',
    namespace: readText(entry, 'namespace') || namespace,
    name: readText(entry, 'name'),
    items: [],
  }));
  return { group, kind, namespace, name, items };
}

import { FluxError } from '../../core/errors.ts';
import { GROUP, TOOLKIT_GROUPS } from '../../core/flux.ts';
import { isJsonObject } from '../../core/json.ts';
import { formatSubject, type K8sObject, type ObjectRef, parseApiVersion } from '../../core/objects.ts';
import { readList, readPath, readText } from '../../core/read-object.ts';
import { parseInventoryEntry } from '../../engine/inventory/index.ts';
import { readHelmObjects, type ReleaseReader } from './read-helm-objects.ts';

/** An object and what it has applied. */
export interface TreeNode {
  readonly group: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly items: readonly TreeNode[];
}

/** What reading a tree needs of the cluster. */
export type TreeReader = ReleaseReader;

/** A tree in flux's own form, for programs. */
export interface ListedTree {
  readonly resource: {
    readonly Namespace: string;
    readonly Name: string;
    readonly GroupKind: { readonly Group: string; readonly Kind: string };
  };
  readonly resources?: readonly ListedTree[];
}

/** How a tree is read. */
export interface TreeOptions {
  readonly namespace: string;
  readonly name: string;
  /** Leaves out what is not Flux's. */
  readonly compact: boolean;
}

/**
 * Reads what a Kustomization has applied, and what the Kustomizations and HelmReleases among it have.
 *
 * Effects: reads the cluster
 * Source: fluxcd/flux2 cmd/flux/tree_kustomization.go
 * Differs: one that is in its own inventory by way of others ends there; upstream goes round for ever.
 *
 * @throws {FluxError} inspect/not-found, inspect/bad-release
 */
export async function readTree(options: TreeOptions, kube: TreeReader): Promise<TreeNode> {
  const ref: ObjectRef = {
    apiVersion: `${GROUP.kustomize}/v1`,
    kind: 'Kustomization',
    namespace: options.namespace,
    name: options.name,
  };
  const root = await kube.get(ref);
  if (root === undefined) throw new FluxError('inspect/not-found', `${formatSubject(ref)} not found`, { subject: ref });
  const node = { group: GROUP.kustomize, kind: 'Kustomization', namespace: options.namespace, name: options.name };
  return { ...node, items: await itemsOf(root, options.compact, kube, new Set([keyOf(node)])) };
}

async function itemsOf(owner: K8sObject, compact: boolean, kube: TreeReader, above: ReadonlySet<string>): Promise<TreeNode[]> {
  // Objects of another cluster are not to be looked for here.
  const remote = readPath(owner, 'spec', 'kubeConfig') !== undefined;
  const nodes: TreeNode[] = [];
  for (const entry of readList(owner, 'status', 'inventory', 'entries')) {
    if (!isJsonObject(entry)) continue;
    const { apiVersion, kind, namespace, name } = parseInventoryEntry({ id: readText(entry, 'id'), v: readText(entry, 'v') });
    const { group } = parseApiVersion(apiVersion);
    if (compact && !group.includes(TOOLKIT_GROUPS)) continue;
    const node = { group, kind, ...(namespace === undefined ? {} : { namespace }), name };
    if (above.has(keyOf(node))) continue;
    nodes.push({ ...node, items: remote ? [] : await nested(node, compact, kube, above) });
  }
  return nodes;
}

async function nested(
  node: Omit<TreeNode, 'items'>,
  compact: boolean,
  kube: TreeReader,
  above: ReadonlySet<string>,
): Promise<TreeNode[]> {
  const isKustomization = node.group === GROUP.kustomize && node.kind === 'Kustomization';
  const isRelease = node.group === GROUP.helm && node.kind === 'HelmRelease';
  if (!isKustomization && !isRelease) return [];
  const object = await kube.get({
    apiVersion: isKustomization ? `${GROUP.kustomize}/v1` : `${GROUP.helm}/v2`,
    kind: node.kind,
    ...(node.namespace === undefined ? {} : { namespace: node.namespace }),
    name: node.name,
  });
  if (object === undefined) return [];
  if (isKustomization) return await itemsOf(object, compact, kube, new Set([...above, keyOf(node)]));
  const objects = await readHelmObjects(object, kube);
  return objects
    .map(({ apiVersion, kind, metadata }) => ({ group: parseApiVersion(apiVersion).group, kind, metadata }))
    .filter(({ group }) => !compact || group.includes(TOOLKIT_GROUPS))
    .map(({ group, kind, metadata: { namespace, name } }) => ({
      group,
      kind,
      ...(namespace === undefined ? {} : { namespace }),
      name,
      items: [],
    }));
}

function keyOf(node: Omit<TreeNode, 'items'>): string {
  return [node.group, node.kind, node.namespace ?? '', node.name].join('/');
}

/**
 * Gives a tree the form that `flux tree … -o json` has.
 *
 * Effects: none
 * Source: fluxcd/flux2 internal/tree/tree.go
 */
export function listTree({ group, kind, namespace = '', name, items }: TreeNode): ListedTree {
  const resource = { Namespace: namespace, Name: name, GroupKind: { Group: group, Kind: kind } };
  return { resource, ...(items.length === 0 ? {} : { resources: items.map(listTree) }) };
}

/**
 * Draws a tree.
 *
 * Effects: none
 *
 * @returns lines, each ended
 */
export function formatTree(node: TreeNode): string {
  const lines = [labelOf(node)];
  const draw = (items: readonly TreeNode[], indent: string) => {
    for (const [index, item] of items.entries()) {
      const last = index === items.length - 1;
      lines.push(`${indent}${last ? '└── ' : '├── '}${labelOf(item)}`);
      draw(item.items, `${indent}${last ? '    ' : '│   '}`);
    }
  };
  draw(node.items, '');
  return `${lines.join('\n')}\n`;
}

function labelOf({ kind, namespace, name }: TreeNode): string {
  return [kind, namespace, name].filter((part) => part !== undefined).join('/');
}

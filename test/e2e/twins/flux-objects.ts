import type { JsonObject } from '../../../src/lib/core/json.ts';
import type { ObjectRef } from '../../../src/lib/core/objects.ts';
import type { Hand } from './history.ts';

/** Kinds of Flux's objects. */
export const SOURCE = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository' } as const;
export const KUSTOMIZATION = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' } as const;

/** Asks a controller for a run. */
export const REQUESTED_AT = 'reconcile.fluxcd.io/requestedAt';

/** Names a Flux object of a history. */
export function refOf({ namespace }: Hand, kind: { apiVersion: string; kind: string }, name: string): ObjectRef {
  return { ...kind, namespace, name };
}

/** Creates the source of a history. */
export async function createSource({ kube, namespace }: Hand, url: string): Promise<void> {
  const spec = { interval: '1h', url, ref: { branch: 'main' } };
  await kube.create({ ...SOURCE, metadata: { name: 'app', namespace }, spec }, { fieldManager: 'test' });
}

/** Creates a Kustomization of a history and returns the version that this made. */
export async function createKustomization({ kube, namespace }: Hand, name: string, spec: JsonObject): Promise<string> {
  const filled = {
    interval: '1h',
    path: `./${name}`,
    prune: true,
    targetNamespace: namespace,
    sourceRef: { kind: 'GitRepository', name: 'app' },
    ...spec,
  };
  const created = await kube.create({ ...KUSTOMIZATION, metadata: { name, namespace }, spec: filled }, { fieldManager: 'test' });
  return created.metadata.resourceVersion ?? '';
}

/** Asks for a run, with or without a change of the spec, and returns the version that this made. */
export async function request(
  hand: Hand,
  kind: { apiVersion: string; kind: string },
  name: string,
  at: string,
  spec?: JsonObject,
): Promise<string> {
  const patch = { metadata: { annotations: { [REQUESTED_AT]: at } }, ...(spec === undefined ? {} : { spec }) };
  const patched = await hand.kube.patch(refOf(hand, kind, name), patch, { type: 'merge', fieldManager: 'test' });
  return patched.metadata.resourceVersion ?? '';
}

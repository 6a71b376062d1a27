import { FluxError } from '../../core/errors.ts';
import { KUSTOMIZE } from '../../core/flux.ts';
import { cloneJson, isJsonObject } from '../../core/json.ts';
import { formatSubject, type K8sObject, refOf } from '../../core/objects.ts';
import { hasAnyInMetadata } from './match-metadata.ts';
import { normalizeObjects } from './normalize-object.ts';
import type { OwnerLabels } from './types.ts';

/** What every object of a Kustomization gets. */
export interface Preparation {
  /** Labels that name the owner. */
  readonly owner: OwnerLabels;
  /** `spec.commonMetadata`; it comes last and may overwrite even the owner's labels, as upstream has it. */
  readonly commonMetadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/**
 * Makes built objects ready to be applied: owner labels, normal form, common metadata, and a check that no encrypted Secret
 * is among them.
 *
 * Effects: none but loading the built-in types
 * Source: kustomize-controller internal/controller/kustomization_controller.go reconcile and apply
 *
 * @throws {FluxError} ssa/still-encrypted: a Secret carries SOPS metadata
 */
export async function prepareObjects(
  objects: readonly K8sObject[],
  { owner, commonMetadata = {} }: Preparation,
): Promise<K8sObject[]> {
  // Before the normal form, which knows no field "sops".
  for (const object of objects) checkDecrypted(object);
  const labelled = objects.map((object) => withMetadata(object, { labels: owner }));
  const normal = await normalizeObjects(labelled);
  return normal.map((object) => withMetadata(object, commonMetadata));
}

/** The labels that mark what a Kustomization applies. */
export function ownerLabelsOf(owner: { readonly name: string; readonly namespace: string }): OwnerLabels {
  return { [KUSTOMIZE.nameLabel]: owner.name, [KUSTOMIZE.namespaceLabel]: owner.namespace };
}

function withMetadata(
  object: K8sObject,
  add: { readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> },
): K8sObject {
  const copy = cloneJson(object);
  if (add.labels !== undefined) copy.metadata.labels = { ...copy.metadata.labels, ...add.labels };
  if (add.annotations !== undefined) copy.metadata.annotations = { ...copy.metadata.annotations, ...add.annotations };
  return copy;
}

function checkDecrypted(object: K8sObject): void {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1' || !isJsonObject(object['sops'])) return;
  if (hasAnyInMetadata(object, { [KUSTOMIZE.decrypt]: 'disabled' })) return;
  throw new FluxError(
    'ssa/still-encrypted',
    `${formatSubject(refOf(object))} is SOPS encrypted, configuring decryption is required for this secret to be reconciled`,
    { subject: refOf(object), hint: 'set spec.decryption of the Kustomization' },
  );
}

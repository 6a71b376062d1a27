import type { K8sObject } from '../../core/objects.ts';
import { missingFlag } from './check-flags.ts';
import type { ObjectBase } from './names-and-labels.ts';
import { badReference, parseKindNameNamespace } from './object-reference.ts';
import { fieldsOf, makeObject } from './spec-fields.ts';

/** What an Alert is made of. Texts that are empty leave their field out. */
export interface AlertOptions {
  readonly providerRef: string;
  readonly eventSeverity: string;
  /** `kind/name`, or `kind/name.namespace`; the name may be `*`. */
  readonly eventSource: readonly string[];
}

/**
 * Makes an Alert.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/create_alert.go
 *
 * @throws {FluxError} create/flag-missing, create/bad-reference
 */
export function makeAlert(base: ObjectBase, { providerRef, eventSeverity, eventSource }: AlertOptions): K8sObject {
  if (providerRef === '') throw missingFlag('provider-ref', 'provider ref is required');
  const eventSources = eventSource.map((text) => {
    const { kind, name, namespace = '' } = parseKindNameNamespace(text);
    if (kind === '') {
      throw badReference(`invalid event source '${text}', must be in format <kind>/<name>`, "for example: 'Kustomization/*'");
    }
    return { ...fieldsOf({ kind, namespace }), name };
  });
  if (eventSources.length === 0) throw missingFlag('event-source', 'at least one event source is required');
  return makeObject('Alert', base, fieldsOf({ providerRef: { name: providerRef }, eventSeverity, eventSources }));
}

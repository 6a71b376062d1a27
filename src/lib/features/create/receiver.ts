import { formatDuration } from '../../core/duration.ts';
import type { K8sObject } from '../../core/objects.ts';
import { missingFlag } from './check-flags.ts';
import type { ObjectBase } from './names-and-labels.ts';
import { badReference, parseKindName } from './object-reference.ts';
import { fieldsOf, makeObject } from './spec-fields.ts';

/** What a Receiver is made of. */
export interface ReceiverOptions {
  readonly type: string;
  readonly secretRef: string;
  /** Events that count; none means all. */
  readonly event: readonly string[];
  /** `kind/name`. */
  readonly resource: readonly string[];
  /** Milliseconds; absent leaves the field out. */
  readonly interval?: number;
}

/**
 * Makes a Receiver.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/create_receiver.go
 * Differs: an interval that is given is in it; upstream drops it
 *
 * @throws {FluxError} create/flag-missing, create/bad-reference
 */
export function makeReceiver(base: ObjectBase, options: ReceiverOptions): K8sObject {
  const { type, secretRef, event, interval } = options;
  if (type === '') throw missingFlag('type', 'Receiver type is required');
  if (secretRef === '') throw missingFlag('secret-ref', 'secret ref is required');
  const resources = options.resource.map((text) => {
    const { kind, name } = parseKindName(text);
    if (kind === '') throw badReference(`invalid event source '${text}', must be in format <kind>/<name>`);
    return fieldsOf({ kind, name });
  });
  if (resources.length === 0) throw missingFlag('resource', 'atleast one resource is required');
  return makeObject(
    'Receiver',
    base,
    fieldsOf({
      type,
      events: [...event],
      resources,
      secretRef: { name: secretRef },
      interval: interval === undefined ? '' : formatDuration(interval),
    }),
  );
}

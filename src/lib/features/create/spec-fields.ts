import { formatDuration } from '../../core/duration.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { apiVersionOf, kindNamed } from '../../core/kinds.ts';
import type { K8sObject } from '../../core/objects.ts';
import { metadataOf, type ObjectBase } from './names-and-labels.ts';

/** Makes an object of a Flux kind. */
export function makeObject(kind: string, base: ObjectBase, spec: JsonObject): K8sObject {
  return {
    apiVersion: apiVersionOf(kindNamed(kind)),
    kind,
    metadata: metadataOf(base.name, base.namespace, base.labels),
    spec,
  };
}

/** The fields that have a value: an empty text, `false`, an empty list and `undefined` leave theirs out. */
export function fieldsOf(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== undefined && value !== '' && value !== false && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

/** A reference to an object in the same namespace; none where there is no name. */
export function nameRef(name: string): JsonObject | undefined {
  return name === '' ? undefined : { name };
}

/** A duration as Kubernetes has it; none up to 0. */
export function durationField(ms: number): string | undefined {
  return ms > 0 ? formatDuration(ms) : undefined;
}

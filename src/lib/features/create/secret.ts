import type { K8sObject } from '../../core/objects.ts';
import { metadataOf, type ObjectBase } from './names-and-labels.ts';

/** What a Secret holds. */
export interface SecretContent {
  /** Absent: the API server makes it Opaque. */
  readonly type?: string;
  readonly data: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Makes a Secret with its content as `stringData`.
 *
 * Effects: none
 */
export function makeSecret(base: ObjectBase, content: SecretContent): K8sObject {
  const { type, data, annotations } = content;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...metadataOf(base.name, base.namespace, base.labels),
      ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
    },
    ...(Object.keys(data).length === 0 ? {} : { stringData: { ...data } }),
    ...(type === undefined ? {} : { type }),
  };
}

/** The entries that have a text. */
export function withoutEmpty(entries: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).filter(([, text]) => text !== ''));
}

import { FluxError } from '../../core/errors.ts';
import { apiVersionOf, type FluxKind } from '../../core/kinds.ts';
import type { K8sObject } from '../../core/objects.ts';
import { readText } from '../../core/read-object.ts';
import { stripObject } from '../../core/strip-object.ts';
import { nothingFound } from './get-objects.ts';
import type { ObjectReader } from './ports.ts';

/** What is to be exported. */
export interface ExportOptions {
  readonly namespace: string;
  /** Absent with `all`. */
  readonly name?: string;
  readonly all: boolean;
  /** With `all` or a selector: those of all namespaces. Default: false. */
  readonly allNamespaces?: boolean;
  readonly labelSelector?: string;
  /** Adds the Secret that a source names. */
  readonly withCredentials?: boolean;
}

/**
 * Reads objects in the form that fits a Git repository: what the user wrote, without what the cluster added.
 *
 * Effects: reads the cluster
 * Source: fluxcd/flux2 cmd/flux/export.go
 *
 * @throws {FluxError} objects/name-missing, objects/not-found
 */
export async function exportObjects(kind: FluxKind, options: ExportOptions, kube: ObjectReader): Promise<K8sObject[]> {
  const { labelSelector = '', allNamespaces = false } = options;
  if (!options.all && labelSelector === '' && options.name === undefined)
    throw new FluxError('objects/name-missing', `name is required`, { hint: 'or export every one with --all' });
  const { items } = await kube.list(
    { apiVersion: apiVersionOf(kind), kind: kind.kind },
    {
      ...(allNamespaces ? {} : { namespace: options.namespace }),
      ...(labelSelector === '' ? {} : { labelSelector }),
      ...(options.all || options.name === undefined ? {} : { fieldSelector: `metadata.name=${options.name}` }),
    },
  );
  if (items.length === 0) {
    throw nothingFound(kind, {
      ...(allNamespaces ? {} : { namespace: options.namespace }),
      ...(options.name === undefined ? {} : { name: options.name }),
    });
  }
  const exported: K8sObject[] = [];
  for (const object of items) {
    exported.push(stripObject(object));
    const secretName = readText(object, 'spec', 'secretRef', 'name');
    if (options.withCredentials !== true || secretName === '') continue;
    const secret = await kube.get({
      apiVersion: 'v1',
      kind: 'Secret',
      namespace: object.metadata.namespace ?? options.namespace,
      name: secretName,
    });
    if (secret !== undefined) exported.push(stripObject(secret));
  }
  return exported;
}

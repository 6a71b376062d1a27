import { FluxError } from '../../core/errors.ts';
import { CONDITION } from '../../core/flux.ts';
import { apiVersionOf, type FluxKind } from '../../core/kinds.ts';
import type { K8sObject } from '../../core/objects.ts';
import { readCondition, readList, readPath, readText } from '../../core/read-object.ts';
import type { ObjectReader } from './ports.ts';

/** What `get` tells of one object. */
export interface ObjectRow {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** `True`, `False` or `Unknown`. */
  readonly ready: string;
  readonly message: string;
  readonly suspended: boolean;
  /** Revision of the artifact, or the one last applied; empty where there is none. */
  readonly revision: string;
  /** `Kind/name` of the source, for kinds that have one. */
  readonly source?: string;
  /** Further columns of image kinds. */
  readonly lastScan?: string;
  readonly lastRun?: string;
  readonly image?: string;
  readonly tag?: string;
}

/** Which objects are wanted. */
export interface GetOptions {
  /** Absent means all namespaces. */
  readonly namespace?: string;
  readonly name?: string;
  readonly labelSelector?: string;
  /** `type=status` or `type!=status` of a condition. */
  readonly statusSelector?: string;
}

/**
 * Reads the objects of a kind as rows, in the order of the API server.
 *
 * Effects: reads the cluster
 * Source: fluxcd/flux2 cmd/flux/get.go
 *
 * @returns none where all have another status than the one that was asked for
 * @throws {FluxError} objects/not-found: there is none, or none with that name or label; objects/bad-selector
 */
export async function getObjects(kind: FluxKind, options: GetOptions, kube: ObjectReader): Promise<ObjectRow[]> {
  const fits = parseStatusSelector(options.statusSelector);
  const { items } = await kube.list(
    { apiVersion: apiVersionOf(kind), kind: kind.kind },
    {
      ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
      ...(options.labelSelector === undefined || options.labelSelector === '' ? {} : { labelSelector: options.labelSelector }),
      ...(options.name === undefined ? {} : { fieldSelector: `metadata.name=${options.name}` }),
    },
  );
  if (items.length === 0) throw nothingFound(kind, options);
  return items.filter(fits).map((object) => describeObject(kind, object));
}

/** Tells that no object fits, in upstream's words. */
export function nothingFound(kind: FluxKind, options: GetOptions): FluxError {
  const where = options.namespace === undefined ? 'any' : JSON.stringify(options.namespace);
  return new FluxError(
    'objects/not-found',
    options.name === undefined
      ? `no ${kind.kind} objects found in ${where} namespace`
      : `${kind.kind} object '${options.name}' not found in ${where} namespace`,
    options.namespace === undefined ? {} : { hint: 'look in all namespaces with -A' },
  );
}

/** Makes the row of an object. */
export function describeObject(kind: FluxKind, object: K8sObject): ObjectRow {
  const ready = readCondition(object, CONDITION.ready);
  const state =
    kind.reconciled && !isStatic(object) ? readyOf(ready) : { ready: 'True', message: `${staticName(kind)} is Ready` };
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    revision: revisionOf(kind, object),
    suspended: readPath(object, 'spec', 'suspend') === true,
    ...state,
    ...extrasOf(kind, object),
  };
}

function readyOf(condition: ReturnType<typeof readCondition>): { ready: string; message: string } {
  if (condition === undefined) return { ready: 'False', message: 'waiting to be reconciled' };
  return { ready: readText(condition, 'status'), message: readText(condition, 'message') };
}

/** Tells whether nothing reconciles an object, so that it never gets a status: an OCI HelmRepository. */
export function isStatic(object: K8sObject): boolean {
  return object.kind === 'HelmRepository' && readText(object, 'spec', 'type') === 'oci';
}

function staticName(kind: FluxKind): string {
  return kind.kind === 'HelmRepository' ? 'Helm repository' : kind.kind;
}

function revisionOf(kind: FluxKind, object: K8sObject): string {
  switch (kind.kind) {
    case 'Kustomization':
      return readText(object, 'status', 'lastAppliedRevision');
    case 'HelmRelease': {
      const last = readList(object, 'status', 'history')[0];
      return readText(last, 'chartVersion') || readText(object, 'status', 'lastAttemptedRevision');
    }
    default:
      return readText(object, 'status', 'artifact', 'revision');
  }
}

function extrasOf(kind: FluxKind, object: K8sObject): Partial<ObjectRow> {
  switch (kind.kind) {
    case 'Kustomization':
    case 'ExternalArtifact':
      return { source: formatSource(object, 'spec', 'sourceRef') };
    case 'HelmRelease': {
      const ref =
        readPath(object, 'spec', 'chartRef') === undefined ? ['spec', 'chart', 'spec', 'sourceRef'] : ['spec', 'chartRef'];
      return { source: formatSource(object, ...ref) };
    }
    case 'ImageRepository':
      return { lastScan: readText(object, 'status', 'lastScanResult', 'scanTime') };
    case 'ImagePolicy':
      return { image: readText(object, 'status', 'latestRef', 'name'), tag: readText(object, 'status', 'latestRef', 'tag') };
    case 'ImageUpdateAutomation':
      return { lastRun: readText(object, 'status', 'lastAutomationRunTime') };
    default:
      return {};
  }
}

function formatSource(object: K8sObject, ...path: readonly string[]): string {
  const [kind, namespace, name] = ['kind', 'namespace', 'name'].map((key) => readText(object, ...path, key));
  return name === '' ? '' : [kind, namespace, name].filter((part) => part !== '').join('/');
}

/** Makes the test that `--status-selector` asks for. */
export function parseStatusSelector(text: string | undefined): (object: K8sObject) => boolean {
  if (text === undefined || text === '') return () => true;
  const parts = /^([^=!]+)(!?=)([^=]+)$/.exec(text);
  if (parts === null) {
    throw new FluxError('objects/bad-selector', `expected status selector in type=status format, but found: ${text}`, {
      hint: 'for example: --status-selector ready=false',
    });
  }
  const [, type = '', operator = '', status = ''] = parts;
  return (object) => {
    const condition = readList(object, 'status', 'conditions').find(
      (candidate) => readText(candidate, 'type').toLowerCase() === type.toLowerCase(),
    );
    const same = condition !== undefined && readText(condition, 'status').toLowerCase() === status.toLowerCase();
    return operator === '=' ? same : !same;
  };
}

import { FluxError } from '../../core/errors.ts';
import { formatAge } from '../../core/format-age.ts';
import { isJsonObject } from '../../core/json.ts';
import { apiVersionOf, type FluxKind, KINDS } from '../../core/kinds.ts';
import { type K8sObject, parseApiVersion } from '../../core/objects.ts';
import { readPath, readText } from '../../core/read-object.ts';
import type { View } from '../../core/view.ts';
import { readExisting } from './find-objects.ts';
import type { InspectReader } from './ports.ts';

/** One event about an object. */
export interface EventRow {
  readonly namespace: string;
  /** RFC 3339. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly count: number;
  readonly type: string;
  readonly reason: string;
  /** `Kind/name`. */
  readonly object: string;
  readonly message: string;
}

/** Which events are wanted. */
export interface EventOptions {
  /** Absent means all namespaces. */
  readonly namespace?: string;
  /** Where the object of `for` is, though all namespaces are looked at. */
  readonly objectNamespace: string;
  /** `Kind` or `Kind/name`; empty means all of Flux's. */
  readonly for: string;
  /** Normal, Warning; in any case of letters. */
  readonly types: readonly string[];
}

/** What events are looked for, once it is known. */
export interface EventQuery {
  /** Empty means all namespaces. */
  readonly namespaces: readonly string[];
  /** True where there is more than one. */
  readonly showsNamespace: boolean;
  fits(event: K8sObject): boolean;
}

const EVENT = { apiVersion: 'v1', kind: 'Event' } as const;
const TYPES: readonly string[] = ['normal', 'warning'];

/**
 * Finds out which events fit: those of Flux's objects; for one that is named, those of what it refers to as well.
 *
 * Effects: reads the object that is named
 * Source: fluxcd/flux2 cmd/flux/events.go
 *
 * @throws {FluxError} inspect/bad-event-type, inspect/bad-selector, inspect/unknown-type, inspect/not-found
 */
export async function queryEvents(options: EventOptions, kube: InspectReader): Promise<EventQuery> {
  const types = options.types.map((type) => type.toLowerCase());
  const wrong = types.findIndex((type) => !TYPES.includes(type));
  if (wrong >= 0) {
    throw new FluxError(
      'inspect/bad-event-type',
      `type '${options.types[wrong]}' not supported. Supported types are Normal, Warning`,
    );
  }
  const wanted = options.for === '' ? [] : await subjectsOf(options, kube);
  const places = new Set(wanted.flatMap(({ namespace }) => (namespace === undefined ? [] : [namespace])));
  const home = options.namespace;
  return {
    namespaces: home === undefined ? [] : [...new Set([home, ...places])],
    showsNamespace: home === undefined || [...places].some((place) => place !== home),
    fits(event) {
      const involved = readPath(event, 'involvedObject');
      const kind = readText(involved, 'kind');
      const apiVersion = readText(involved, 'apiVersion');
      const isFlux = KINDS.some(
        (row) => row.kind === kind && (apiVersion === '' || row.group === parseApiVersion(apiVersion).group),
      );
      if (!isFlux || (types.length > 0 && !types.includes(readText(event, 'type').toLowerCase()))) return false;
      if (wanted.length === 0) return true;
      return wanted.some(
        (subject) =>
          subject.kind === kind &&
          (subject.name === undefined || subject.name === readText(involved, 'name')) &&
          (subject.namespace === undefined || subject.namespace === readText(involved, 'namespace')),
      );
    },
  };
}

/**
 * Lists events, the oldest first.
 *
 * Effects: reads the cluster
 */
export async function listEvents(query: EventQuery, kube: InspectReader): Promise<EventRow[]> {
  const places = query.namespaces.length === 0 ? [{}] : query.namespaces.map((namespace) => ({ namespace }));
  const lists = await Promise.all(places.map((place) => kube.list(EVENT, place)));
  return lists
    .flatMap(({ items }) => items.filter(query.fits).map(describeEvent))
    .toSorted((a, b) => Date.parse(a.lastSeen) - Date.parse(b.lastSeen));
}

/** Makes the row of an event. */
export function describeEvent(event: K8sObject): EventRow {
  const series = readPath(event, 'series');
  const text = (...path: string[]): string => readText(event, ...path);
  const first = text('firstTimestamp') || text('eventTime') || (event.metadata.creationTimestamp ?? '');
  const count = readPath(isJsonObject(series) ? series : event, 'count');
  return {
    namespace: event.metadata.namespace ?? '',
    firstSeen: text('eventTime') || first,
    lastSeen: readText(series, 'lastObservedTime') || text('lastTimestamp') || text('eventTime') || first,
    count: typeof count === 'number' ? count : 1,
    type: text('type'),
    reason: text('reason'),
    object: `${text('involvedObject', 'kind')}/${text('involvedObject', 'name')}`,
    message: text('message').trim(),
  };
}

/**
 * The columns of events.
 *
 * @param now milliseconds since the epoch
 */
export function eventView(showsNamespace: boolean, now: () => number): View<EventRow> {
  return [
    ...(showsNamespace ? [{ title: 'Namespace', value: (row: EventRow) => row.namespace }] : []),
    { title: 'Last seen', value: (row) => formatLastSeen(row, now()) },
    { title: 'Type', value: (row) => row.type },
    { title: 'Reason', value: (row) => row.reason },
    { title: 'Object', value: (row) => row.object },
    { title: 'Message', value: (row) => row.message },
  ];
}

function formatLastSeen({ firstSeen, lastSeen, count }: EventRow, now: number): string {
  const since = (time: string): string => formatAge(now - Date.parse(time));
  return count > 1 ? `${since(lastSeen)} (x${count} over ${since(firstSeen)})` : since(firstSeen);
}

interface Subject {
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** Where the objects of a kind say what they refer to; a kind is named where the field has none. */
const REFERENCES: Readonly<Record<string, readonly { readonly path: readonly string[]; readonly kind?: string }[]>> = {
  Kustomization: [{ path: ['spec', 'sourceRef'] }],
  HelmRelease: [{ path: ['spec', 'chart', 'spec', 'sourceRef'] }, { path: ['spec', 'chartRef'] }],
  HelmChart: [{ path: ['spec', 'sourceRef'] }],
  ImageUpdateAutomation: [{ path: ['spec', 'sourceRef'] }],
  ImagePolicy: [{ path: ['spec', 'imageRepositoryRef'], kind: 'ImageRepository' }],
  Alert: [{ path: ['spec', 'providerRef'], kind: 'Provider' }],
};

async function subjectsOf(options: EventOptions, kube: InspectReader): Promise<Subject[]> {
  const [word = '', name, more] = options.for.split('/');
  if (word === '' || name === '' || more !== undefined) {
    throw new FluxError('inspect/bad-selector', '--for selector must be of format <kind>[/<name>]', {
      hint: 'for example: --for Kustomization/web',
    });
  }
  const row = KINDS.find(({ kind }) => kind.toLowerCase() === word.toLowerCase());
  if (row === undefined) {
    throw new FluxError('inspect/unknown-type', `'${word}' is not a recognized Flux kind`, {
      hint: `one of: ${KINDS.map(({ kind }) => kind).join(', ')}`,
    });
  }
  if (name === undefined) return [{ kind: row.kind }];
  const namespace = options.objectNamespace;
  const object = await readExisting({ apiVersion: apiVersionOf(row), kind: row.kind, namespace, name }, kube);
  return [{ kind: row.kind, name, namespace }, ...referencesOf(row, object)];
}

function referencesOf(row: FluxKind, object: K8sObject): Subject[] {
  const home = object.metadata.namespace ?? '';
  const found: Subject[] = [];
  for (const { path, kind } of REFERENCES[row.kind] ?? []) {
    const name = readText(object, ...path, 'name');
    if (name === '') continue;
    const namespace = readText(object, ...path, 'namespace') || home;
    found.push({ kind: kind ?? readText(object, ...path, 'kind'), name, namespace });
    const ofChart = row.kind === 'HelmRelease' && path.includes('chart');
    if (ofChart) found.push({ kind: 'HelmChart', name: `${home}-${object.metadata.name}`, namespace });
  }
  return found;
}

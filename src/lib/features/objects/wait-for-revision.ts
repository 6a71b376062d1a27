import { FluxError, isFluxError } from '../../core/errors.ts';
import { formatSubject, type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import type { Progress } from '../../core/progress.ts';
import { readText } from '../../core/read-object.ts';
import type { View } from '../../core/view.ts';
import { judgeOther, judgeRevision, parseRevision, type RevisionState } from './judge-revision.ts';
import { KUSTOMIZATION_API, listMembers, RELEASE_API } from './list-members.ts';
import type { ObjectWatcher } from './ports.ts';

/** One object that was waited for. */
export interface RevisionRow extends RevisionState {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** How a wait for a commit ended. */
export interface RevisionWait {
  /** As it was asked for. */
  readonly revision: string;
  readonly isDone: boolean;
  /** The root first. */
  readonly objects: readonly RevisionRow[];
  /** Why it is not done. */
  readonly error?: FluxError;
}

/** What waiting for a commit needs. */
export interface RevisionOptions {
  readonly namespace: string;
  readonly name: string;
  /** A commit, or a revision as Flux writes it. */
  readonly revision: string;
  /** Takes what it applies and what depends on it along. */
  readonly recursive: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** The columns. */
export const REVISION_VIEW: View<RevisionRow> = [
  { title: 'KIND', value: ({ kind }) => kind },
  { title: 'NAMESPACE', value: ({ namespace }) => namespace },
  { title: 'NAME', value: ({ name }) => name },
  { title: 'STATE', value: ({ state }) => state },
  { title: 'REVISION', value: ({ revision }) => revision.replace(/(sha1:[0-9a-f]{8})[0-9a-f]+$/, '$1') },
  { title: 'MESSAGE', value: ({ message }) => message },
];

/** States that are as wanted, and states that no waiting changes. */
const GOOD = ['seen', 'ready'];
const HOPELESS = ['suspended', 'failed'];

/**
 * Waits until a Kustomization, and all of its tree, has applied a commit and is ready. It watches; what fails on that very
 * commit, stalls or is suspended ends the wait at once.
 *
 * Effects: reads the cluster
 *
 * @returns also where it did not come to that, with the error and how far each was
 * @throws {FluxError} objects/not-found, objects/bad-revision; errors of the API server
 * @throws the signal's reason where it was aborted for another one than a time limit
 */
export async function waitForRevision(options: RevisionOptions, kube: ObjectWatcher): Promise<RevisionWait> {
  const { progress, signal, recursive } = options;
  const isWanted = parseRevision(options.revision);
  const root: ObjectRef = {
    apiVersion: KUSTOMIZATION_API,
    kind: 'Kustomization',
    namespace: options.namespace,
    name: options.name,
  };
  const first = await kube.get(root);
  if (first === undefined) {
    throw new FluxError('objects/not-found', `Kustomization ${options.name} not found in ${options.namespace} namespace`, {
      subject: root,
    });
  }
  const objects = new Map<string, K8sObject>([[formatSubject(root), first]]);
  const judge = (object: K8sObject | undefined): RevisionState => {
    if (object === undefined) return { state: 'waiting', revision: '', message: 'it is not there yet' };
    const isOfSource =
      object.kind === 'Kustomization' && sourceOf(object) === sourceOf(objects.get(formatSubject(root)) ?? first);
    return isOfSource ? judgeRevision(object, isWanted) : judgeOther(object);
  };
  const listRows = (): RevisionRow[] => {
    const members = recursive ? listMembers(root, objects, (object) => GOOD.includes(judge(object).state)) : [root];
    return members.map((ref) => ({
      kind: ref.kind,
      namespace: ref.namespace ?? '',
      name: ref.name,
      ...judge(objects.get(formatSubject(ref))),
    }));
  };
  const told = new Map<string, string>();
  const tell = (rows: readonly RevisionRow[]): void => {
    for (const row of rows) {
      const id = `${row.kind}/${row.namespace}/${row.name}`;
      const line = `${row.state}: ${row.message}`;
      if (told.get(id) === line) continue;
      told.set(id, line);
      if (GOOD.includes(row.state)) progress.success(`${id} ${row.message}`);
      else progress.waiting(`${id}: ${row.message}`);
    }
  };

  const stop = new AbortController();
  const over = Promise.withResolvers<readonly RevisionRow[]>();
  const watched = new Set<string>();
  const synced = new Set<string>();
  const look = (): void => {
    const rows = listRows();
    for (const { kind, namespace } of rows) follow(kind, namespace);
    tell(rows);
    if (rows.some(({ state }) => HOPELESS.includes(state))) over.resolve(rows);
    // Who depends on a member is known only once all of a place has been listed.
    const isComplete = [...watched].every((place) => synced.has(place));
    if (isComplete && rows.every(({ state }) => GOOD.includes(state))) over.resolve(rows);
  };
  const follow = (kind: string, namespace: string): void => {
    const everywhere = `${kind}/`;
    const place = `${kind}/${namespace}`;
    if (watched.has(everywhere) || watched.has(place)) return;
    watched.add(place);
    const only = recursive ? undefined : options.name;
    watchPlace(kind, namespace, only).catch((error: unknown) => {
      if (!stop.signal.aborted) over.reject(error);
    });
  };
  const watchPlace = async (kind: string, namespace: string, only: string | undefined): Promise<void> => {
    const apiVersion = kind === 'Kustomization' ? KUSTOMIZATION_API : RELEASE_API;
    const place = namespace === '' ? {} : { namespace };
    const fieldSelector = only === undefined ? {} : { fieldSelector: `metadata.name=${only}` };
    for await (const event of kube.watch({ apiVersion, kind }, { ...place, ...fieldSelector, signal: stop.signal })) {
      if (event.type === 'SYNCED') synced.add(`${kind}/${namespace}`);
      else if (event.type === 'DELETED') objects.delete(formatSubject(refOf(event.object)));
      else objects.set(formatSubject(refOf(event.object)), { ...event.object, apiVersion, kind });
      if (!synced.has(`${kind}/${namespace}`)) continue;
      if (!objects.has(formatSubject(root))) {
        throw new FluxError('objects/deleted', `${formatSubject(root)} was deleted meanwhile`, { subject: root });
      }
      look();
    }
  };
  const onAbort = (): void => over.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    if (recursive && (await mayListAll(kube, signal))) {
      watched.add('Kustomization/');
      watchPlace('Kustomization', '', undefined).catch((error: unknown) => {
        if (!stop.signal.aborted) over.reject(error);
      });
    } else follow('Kustomization', options.namespace);
    return finished(options, await over.promise);
  } catch (error) {
    if (!(signal.aborted && signal.reason instanceof Error && signal.reason.name === 'TimeoutError')) throw error;
    return finished(options, listRows(), true);
  } finally {
    signal.removeEventListener('abort', onAbort);
    stop.abort();
  }
}

function sourceOf(object: K8sObject): string {
  const [kind, name] = ['kind', 'name'].map((field) => readText(object, 'spec', 'sourceRef', field));
  return `${kind}/${readText(object, 'spec', 'sourceRef', 'namespace') || object.metadata.namespace}/${name}`;
}

/** Dependents can be in any namespace; who may not look everywhere looks where members are. */
async function mayListAll(kube: ObjectWatcher, signal: AbortSignal): Promise<boolean> {
  try {
    await kube.list({ apiVersion: KUSTOMIZATION_API, kind: 'Kustomization' }, { signal });
    return true;
  } catch (error) {
    if (isFluxError(error, 'kube/forbidden')) return false;
    throw error;
  }
}

function finished(options: RevisionOptions, rows: readonly RevisionRow[], isTimeout = false): RevisionWait {
  const { revision } = options;
  const bad = rows.filter(({ state }) => HOPELESS.includes(state));
  const open = rows.filter(({ state }) => !GOOD.includes(state));
  const name = ({ kind, namespace, name: its, message }: RevisionRow): string => `${kind}/${namespace}/${its}: ${message}`;
  if (open.length === 0) return { revision, isDone: true, objects: rows };
  const [first] = bad.length > 0 ? bad : open;
  const more = (bad.length > 0 ? bad : open).length - 1;
  const rest = more === 0 ? '' : ` (and ${more} more)`;
  const text = first === undefined ? '' : `${name(first)}${rest}`;
  const error =
    isTimeout && bad.length === 0
      ? new FluxError('objects/timeout', `timed out waiting for revision ${revision}: ${text}`)
      : new FluxError(
          bad.some(({ state }) => state === 'failed') ? 'objects/failed' : 'objects/suspended',
          `revision ${revision} will not be seen by all: ${text}`,
        );
  return { revision, isDone: false, objects: rows, error };
}

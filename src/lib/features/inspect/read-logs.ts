import { FluxError } from '../../core/errors.ts';
import { APP_LABEL } from '../../core/flux.ts';
import { isJsonObject } from '../../core/json.ts';
import { formatSubject, type K8sObject, refOf } from '../../core/objects.ts';
import { readList, readPath, readText } from '../../core/read-object.ts';
import { fitsFilter, type LogFilter, type LogLine, parseLogLine } from './parse-log-line.ts';
import type { InspectReader } from './ports.ts';

/** Which logs are read, and how much of them. */
export interface LogOptions extends LogFilter {
  readonly fluxNamespace: string;
  readonly follow: boolean;
  /** Last lines of each log; absent means all. */
  readonly tail?: number;
  /** RFC 3339; absent means from the beginning. */
  readonly sinceTime?: string;
  readonly sinceSeconds?: number;
}

/** What reading logs needs of the cluster. */
export interface LogReader extends Pick<InspectReader, 'list'> {
  stream(path: string, options: { signal: AbortSignal }): Promise<AsyncIterable<Uint8Array>>;
}

/** A line longer than this is no line of a controller's. */
const LONGEST_LINE = 1024 * 1024;

/** The container of a controller's own, where its pod has others too. */
const CONTROLLER_CONTAINER = 'manager';

/**
 * Reads the logs of Flux's controllers, of one pod of each; one after the other, or all at once where they are followed.
 *
 * Effects: reads the cluster
 * Source: fluxcd/flux2 cmd/flux/logs.go
 * Differs: a line that cannot be read does not end the log that it is in
 *
 * @param emit is given each line that fits
 * @param warn hears of pods that have no log
 * @throws {FluxError} inspect/no-pods; kube/…: a log cannot be read
 */
export async function readLogs(
  options: LogOptions,
  kube: LogReader,
  signal: AbortSignal,
  emit: (line: LogLine) => void,
  warn: (text: string) => void,
): Promise<void> {
  const pods = await selectPods(options.fluxNamespace, kube);
  if (pods.length === 0) {
    throw new FluxError('inspect/no-pods', `no Flux pods found in namespace ${JSON.stringify(options.fluxNamespace)}`, {
      hint: 'name the namespace of the controllers: --flux-namespace',
    });
  }
  for (const pod of pods) {
    // The API server answers with nothing, as if it had said nothing.
    if (readText(pod, 'spec', 'nodeName') === '') warn(`${formatSubject(refOf(pod))} is on no node: it has no log`);
  }
  const read = (pod: K8sObject): Promise<void> => readLog(pod, options, kube, signal, emit);
  if (options.follow) await Promise.all(pods.map(read));
  else for (const pod of pods) await read(pod);
}

async function readLog(
  pod: K8sObject,
  options: LogOptions,
  kube: LogReader,
  signal: AbortSignal,
  emit: (line: LogLine) => void,
): Promise<void> {
  for await (const text of linesOf(await kube.stream(logPath(pod, options), { signal }))) {
    const line = parseLogLine(text);
    if (line !== undefined && fitsFilter(line, options)) emit(line);
  }
}

/** The path of a pod's log. */
export function logPath(pod: K8sObject, options: Omit<LogOptions, keyof LogFilter | 'fluxNamespace'>): string {
  const { namespace = '', name } = pod.metadata;
  const containers = readList(pod, 'spec', 'containers').map((container) => readText(container, 'name'));
  const query = new URLSearchParams();
  if (containers.length > 1 && containers.includes(CONTROLLER_CONTAINER)) query.set('container', CONTROLLER_CONTAINER);
  if (options.follow) query.set('follow', 'true');
  if (options.tail !== undefined) query.set('tailLines', String(options.tail));
  if (options.sinceSeconds !== undefined) query.set('sinceSeconds', String(options.sinceSeconds));
  if (options.sinceTime !== undefined) query.set('sinceTime', options.sinceTime);
  const text = query.toString();
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log${text === '' ? '' : `?${text}`}`;
}

/** The pod of each controller whose log says most. */
async function selectPods(namespace: string, kube: LogReader): Promise<K8sObject[]> {
  const labelSelector = `${APP_LABEL.partOf}=flux`;
  const { items } = await kube.list({ apiVersion: 'apps/v1', kind: 'Deployment' }, { namespace, labelSelector });
  const pods = await Promise.all(
    items.map(async (deployment) => {
      const labels = readPath(deployment, 'spec', 'selector', 'matchLabels');
      const selector = Object.entries(isJsonObject(labels) ? labels : {}).map(([key, value]) => `${key}=${String(value)}`);
      if (selector.length === 0) return undefined;
      const found = await kube.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector: selector.join(',') });
      return found.items.toSorted(byLogging)[0];
    }),
  );
  return pods.filter((pod) => pod !== undefined);
}

/**
 * Orders pods by how much their logs tell: scheduled, running, ready, longest ready, fewest restarts, oldest.
 *
 * Source: k8s.io/kubectl pkg/util/podutils ByLogging
 */
export function byLogging(a: K8sObject, b: K8sObject): number {
  const [x, y] = [rankOf(a), rankOf(b)];
  const at = x.findIndex((value, index) => value !== y[index]);
  const [left, right] = [x[at], y[at]];
  return at < 0 || left === undefined || right === undefined ? 0 : left < right ? -1 : 1;
}

const PHASES = ['Running', 'Unknown', 'Pending'];

function rankOf(pod: K8sObject): readonly (number | string)[] {
  const phase = PHASES.indexOf(readText(pod, 'status', 'phase'));
  const ready = readList(pod, 'status', 'conditions').find((condition) => readText(condition, 'type') === 'Ready');
  const restarts = readList(pod, 'status', 'containerStatuses').map((status) => Number(readPath(status, 'restartCount') ?? 0));
  return [
    readText(pod, 'spec', 'nodeName') === '' ? 1 : 0,
    phase < 0 ? PHASES.length : phase,
    readText(ready, 'status') === 'True' ? 0 : 1,
    readText(ready, 'lastTransitionTime'),
    Math.max(0, ...restarts),
    pod.metadata.creationTimestamp ?? '',
  ];
}

/**
 * Splits a stream of bytes into lines. What is too long for a line is passed over.
 *
 * Effects: none
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts.map((line) => line.replace(/\r$/, ''));
    if (rest.length > LONGEST_LINE) rest = '';
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

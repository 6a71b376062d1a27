import { ANNOTATION } from '../../core/flux.ts';
import type { K8sObject } from '../../core/objects.ts';
import { tryEvent } from './event-queue.ts';
import type { ReconcilePorts } from './ports.ts';

/** What an event says. */
export interface EventText {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Annotations of the event. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The API server's own limit on a core event's message. */
const MAX_MESSAGE = 1_024;

/**
 * Records an event about an object as its controller would, or puts it into the queue of the ports where there is one. An
 * event that cannot be written is told and forgotten: no run fails for it.
 *
 * Effects: writes an Event
 * Source: fluxcd/pkg runtime/events/recorder.go
 *
 * @param component the controller that we stand in for
 */
export async function recordEvent(object: K8sObject, component: string, event: EventText, ports: ReconcilePorts): Promise<void> {
  if (ports.recordEvents === false) return;
  const { name, namespace = '', uid, resourceVersion, annotations = {} } = object.metadata;
  const time = `${new Date(ports.world.now()).toISOString().slice(0, 19)}Z`;
  const copied = Object.entries(annotations).filter(([key]) => key.startsWith(ANNOTATION.eventPrefix));
  const metadata = { ...Object.fromEntries(copied), ...event.metadata };
  const message = event.message.length > MAX_MESSAGE ? `${event.message.slice(0, MAX_MESSAGE - 3)}...` : event.message;
  const written: K8sObject = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${name}.${ports.world.uniqueId()}`,
      namespace,
      ...(Object.keys(metadata).length === 0 ? {} : { annotations: metadata }),
    },
    involvedObject: {
      apiVersion: object.apiVersion,
      kind: object.kind,
      namespace,
      name,
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    type: event.type,
    reason: event.reason,
    message,
    count: 1,
    firstTimestamp: time,
    lastTimestamp: time,
    source: { component },
    reportingComponent: component,
    reportingInstance: ports.world.hostName,
  };
  const write = (): Promise<unknown> => ports.kube.create(written);
  if (ports.events === undefined) await tryEvent(write, ports);
  else ports.events.add(write);
}

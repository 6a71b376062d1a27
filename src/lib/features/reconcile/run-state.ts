import { formatDuration } from '../../core/duration.ts';
import { CONDITION, FIELD_MANAGER, GROUP, REASON } from '../../core/flux.ts';
import { equalJson, isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { readText } from '../../core/read-object.ts';
import {
  type Condition,
  type ConditionContext,
  type ConditionUpdate,
  findCondition,
  formatConditionTime,
  markReconciling,
  markStalled,
  readConditions,
  removeCondition,
  setCondition,
} from '../../engine/conditions/index.ts';
import type { Inventory } from '../../engine/inventory/index.ts';
import { changesOf, formatChangeSet } from '../../engine/ssa/index.ts';
import { createDelayed } from './delayed.ts';
import type { ReconcilePorts } from './ports.ts';
import type { Kustomization } from './read-kustomization.ts';
import { recordEvent } from './record-event.ts';
import type { StageFailure } from './run-stage.ts';
import { type StageName, STAGES } from './stages.ts';
import { handledAt } from './source-run.ts';
import type { StatusChange, StatusStore } from './status-store.ts';
import { updateHistory } from './update-history.ts';

/** The bookkeeping of one run: what the status says while it goes on and when it is over. */
export interface RunState {
  /**
   * Ready becomes Unknown, Reconciling says what is being done. It is written once that has lasted a while, or together with
   * fields that are new, before this returns.
   */
  progress(text: string, fields?: JsonObject, more?: readonly ConditionUpdate[]): Promise<void>;
  /** Stored at the end. */
  note(known: Partial<KnownFacts>): void;
  finish(failure: StageFailure | undefined): Promise<void>;
  /** Says that nobody is at it any more, though it is not over; what was applied until then stays tracked. */
  interrupt(stage: StageName | undefined): Promise<void>;
  /** Keeps what was only noted from being written later on. */
  end(): void;
  event(type: 'Normal' | 'Warning', message: string, metadata?: Readonly<Record<string, string>>): Promise<void>;
  /** How it stood before this run, as the status says; to be asked before `progress` writes something else there. */
  standing(): { readonly isHealthy: boolean; readonly isNewRevision: boolean };
  /** Lets events tell of the revision that was applied last: no other is at hand when the object is being deleted. */
  noteApplied(): void;
  /** Says of a deleted object what upstream says of each run that leaves it ready. */
  tellLetGo(): Promise<void>;
}

/** What stages found out and the status must have. */
export interface KnownFacts {
  readonly revision: string;
  readonly originRevision: string;
  readonly digest: string;
  /** `null` takes what is stored away. */
  readonly inventory: Inventory | null;
  /** The Healthy condition; `null` where health was not asked for. */
  readonly healthy: ConditionUpdate | null;
  /** True once the source's files are there and have the path. */
  readonly isAttempted: boolean;
  /** What is being done, as a failure's Reconciling has it; it is not written while all goes well. */
  readonly doing: string;
}

/** How long a step lasts before the status tells of it: what is over sooner nobody could have read. */
const TOLD_AFTER_MS = 1_000;

/** Errors that need their own reason, whatever the stage. */
const OWN_REASONS: Readonly<Record<string, string>> = {
  'reconcile/dependency-not-ready': REASON.dependencyNotReady,
  'reconcile/access-denied': REASON.accessDenied,
  'reconcile/no-cel': REASON.invalidCel,
  'reconcile/invalid-cel': REASON.invalidCel,
};

/**
 * Begins the bookkeeping of a run.
 *
 * Effects: none by itself
 * Source: kustomize-controller internal/controller/kustomization_controller.go Reconcile, finalizeStatus, event
 */
export function beginRun(kustomization: Kustomization, store: StatusStore, ports: ReconcilePorts): RunState {
  const { world } = ports;
  const began = world.now();
  let known: Partial<KnownFacts> = {};
  const context = ({ metadata }: K8sObject): ConditionContext => ({ generation: metadata.generation ?? 0, now: world.now() });
  const tellLater = createDelayed(TOLD_AFTER_MS, () => store.flush(), ports);
  const event: RunState['event'] = async (type, message, metadata = {}) => {
    const ready = findCondition(readConditions(store.current()), CONDITION.ready);
    const revision = known.revision === undefined ? {} : { [`${GROUP.kustomize}/revision`]: known.revision };
    const origin = known.originRevision ? { [`${GROUP.kustomize}/originRevision`]: known.originRevision } : {};
    const reason = ready?.reason ?? (type === 'Warning' ? 'error' : 'info');
    const text = { type, reason, message, metadata: { ...revision, ...origin, ...metadata } };
    await recordEvent(store.current(), FIELD_MANAGER.kustomize, text, ports);
  };
  const tellFinished = async (): Promise<void> => {
    const next = formatDuration(kustomization.intervalMs);
    const message = `Reconciliation finished in ${formatDuration(world.now() - began)}, next run in ${next}`;
    await event('Normal', message, { [`${GROUP.kustomize}/commit_status`]: 'update' });
  };
  return {
    event,
    end: tellLater.stop,
    note: (facts) => {
      known = { ...known, ...facts };
    },
    progress: async (text, fields = {}, more = []) => {
      known = { ...known, doing: text };
      const unknown = { status: 'Unknown', reason: REASON.progressing, message: 'Reconciliation in progress' } as const;
      const change: StatusChange = {
        fields,
        conditions: (conditions, object) => {
          const ready = setCondition(conditions, { type: CONDITION.ready, ...unknown }, context(object));
          const reconciling = markReconciling(ready, REASON.progressing, text, context(object));
          return more.reduce<Condition[]>((list, update) => setCondition(list, update, context(object)), reconciling);
        },
      };
      if (hasFields(store.current(), fields)) {
        store.note(change);
        tellLater.start();
      } else await store.update(change);
    },
    interrupt: async (stage) => {
      const reason = REASON.progressingWithRetry;
      const message = `stopped${stage === undefined ? '' : ` during ${stage}`}: the next run goes on`;
      await store.update({
        fields: known.inventory === undefined ? {} : { inventory: known.inventory },
        conditions: (conditions, object) => {
          const update = { type: CONDITION.ready, status: 'Unknown', reason, message } as const;
          return markReconciling(setCondition(conditions, update, context(object)), reason, message, context(object));
        },
      });
    },
    finish: async (failure) => {
      const object = store.current();
      const fields: JsonObject = { ...handledAt(object), ...revisionFields(known, failure) };
      if (known.inventory !== undefined) fields['inventory'] = known.inventory;
      const isDone = failure === undefined;
      const reason = isDone ? REASON.reconciliationSucceeded : reasonOf(failure);
      if (isDone || failure.error.terminal) fields['observedGeneration'] = object.metadata.generation ?? 0;
      if (known.digest !== undefined && (isDone || STAGES[failure.stage].isRecorded)) {
        const status = isJsonObject(object['status']) ? object['status'] : {};
        fields['history'] = updateHistory(status['history'], {
          digest: known.digest,
          status: reason,
          at: formatConditionTime(world.now()),
          elapsedMs: world.now() - began,
          metadata: historyMetadata(known),
        }) as JsonValue;
      }
      await store.update({
        fields,
        conditions: (conditions, current) => {
          const withHealth = applyHealthy(conditions, known.healthy, context(current));
          return isDone
            ? doneConditions(withHealth, known.revision ?? '', context(current))
            : failedConditions(withHealth, reason, failure, context(current), known.doing);
        },
      });
      if (isDone) await tellFinished();
      else await reportFailure(failure, event);
    },
    standing: () => ({
      isHealthy: findCondition(readConditions(store.current()), CONDITION.healthy)?.status === 'True',
      isNewRevision: readText(store.current(), 'status', 'lastAppliedRevision') !== known.revision,
    }),
    noteApplied: () => {
      const revision = readText(store.current(), 'status', 'lastAppliedRevision');
      const originRevision = readText(store.current(), 'status', 'lastAppliedOriginRevision');
      known = { ...known, ...(revision === '' ? {} : { revision }), originRevision };
    },
    tellLetGo: async () => {
      if (findCondition(readConditions(store.current()), CONDITION.ready)?.status === 'True') await tellFinished();
    },
  };
}

/** Whether the status has all of these fields as they are here. */
function hasFields(object: K8sObject, fields: JsonObject): boolean {
  const status = isJsonObject(object['status']) ? object['status'] : {};
  return Object.entries(fields).every(([key, value]) => equalJson(status[key], value));
}

/** What only has to be waited for is in the status and nowhere else, as upstream. */
const UNTOLD: readonly string[] = ['reconcile/source-not-found', 'reconcile/no-artifact', 'reconcile/artifact-not-found'];

/** A dependency that is not ready is no failure to warn of. */
async function reportFailure(failure: StageFailure, event: RunState['event']): Promise<void> {
  const { error } = failure;
  if (UNTOLD.includes(error.code)) return;
  if (error.code === 'reconcile/dependency-not-ready') {
    await event('Normal', 'Dependencies do not meet ready condition, retrying in 30s');
    return;
  }
  // Upstream's event has a word more than its condition here.
  const prefix = failure.stage === 'connect' ? 'failed to build kube client: ' : '';
  await event('Warning', `${prefix}${storedMessage(failure)}`);
}

/** What status and events say of a failure. Upstream puts a log of the changes after what an apply fails with, empty or not. */
function storedMessage({ stage, error }: StageFailure): string {
  if (stage !== 'apply' || error.details?.['entries'] === undefined) return error.message;
  const written = changesOf(error).filter(({ action }) => action === 'created' || action === 'configured');
  return `${error.message}\n${written.length === 0 ? '' : `${formatChangeSet(written)}\n`}`;
}

/** The Ready reason of a failure. */
export function reasonOf({ stage, error }: StageFailure): string {
  return OWN_REASONS[error.code] ?? STAGES[stage].reason;
}

/**
 * What a run leaves of which suspension keeps it from anything: the request counts as handled, and the generation as seen
 * where the object was ready.
 *
 * Effects: none
 * Source: kustomize-controller internal/controller/kustomization_controller.go finalizeStatus
 */
export function suspendedStatus(object: K8sObject, now: number): StatusChange {
  const context: ConditionContext = { generation: object.metadata.generation ?? 0, now };
  const stored = readConditions(object);
  const ready = findCondition(stored, CONDITION.ready)?.status;
  if (ready === 'True') {
    const fields = { ...handledAt(object), observedGeneration: context.generation };
    return { fields, conditions: (conditions) => removeCondition(conditions, CONDITION.reconciling) };
  }
  const reconciling = findCondition(stored, CONDITION.reconciling);
  if (ready !== 'False' || reconciling === undefined) return { fields: handledAt(object) };
  const retried = { ...pick(reconciling), reason: REASON.progressingWithRetry };
  return { fields: handledAt(object), conditions: (conditions) => setCondition(conditions, retried, context) };
}

function doneConditions(conditions: readonly Condition[], revision: string, context: ConditionContext): Condition[] {
  const rest = removeCondition(removeCondition(conditions, CONDITION.reconciling), CONDITION.stalled);
  const message = `Applied revision: ${revision}`;
  return setCondition(rest, { type: CONDITION.ready, status: 'True', reason: REASON.reconciliationSucceeded, message }, context);
}

function failedConditions(
  conditions: readonly Condition[],
  reason: string,
  failure: StageFailure,
  context: ConditionContext,
  doing: string | undefined,
): Condition[] {
  const { error } = failure;
  const message = storedMessage(failure);
  const ready = setCondition(conditions, { type: CONDITION.ready, status: 'False', reason, message }, context);
  if (error.terminal) return markStalled(ready, reason, message, context);
  const reconciling = findCondition(ready, CONDITION.reconciling);
  if (reconciling === undefined) return ready;
  const was = pick(reconciling);
  return setCondition(ready, { ...was, message: doing ?? was.message, reason: REASON.progressingWithRetry }, context);
}

function pick({ type, status, reason, message }: Condition): ConditionUpdate {
  return { type, status, reason, message };
}

function applyHealthy(
  conditions: readonly Condition[],
  healthy: ConditionUpdate | null | undefined,
  context: ConditionContext,
): readonly Condition[] {
  if (healthy === undefined) return conditions;
  return healthy === null ? removeCondition(conditions, CONDITION.healthy) : setCondition(conditions, healthy, context);
}

function revisionFields(known: Partial<KnownFacts>, failure: StageFailure | undefined): JsonObject {
  const { revision, originRevision = '', isAttempted } = known;
  if (revision === undefined) return {};
  const applied = { lastAppliedRevision: revision, lastAppliedOriginRevision: originRevision === '' ? null : originRevision };
  return {
    ...(isAttempted === true ? { lastAttemptedRevision: revision } : {}),
    ...(failure === undefined ? applied : {}),
  };
}

function historyMetadata({ revision = '', originRevision = '' }: Partial<KnownFacts>): Record<string, string> {
  return originRevision === '' ? { revision } : { revision, originRevision };
}

import { ANNOTATION, CONDITION, REASON } from '../../core/flux.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import {
  type Condition,
  type ConditionContext,
  findCondition,
  markReconciling,
  markStalled,
  readConditions,
  removeCondition,
  setCondition,
  sortConditions,
  type SummaryOptions,
  summarizeConditions,
} from '../../engine/conditions/index.ts';
import type { SourceVerdict } from './judge-source-failure.ts';
import type { StatusChange } from './status-store.ts';

/** How a run over a source ended. */
export type SourceResult =
  /** All is stored. */
  | { readonly kind: 'success' }
  /** Nothing was done, and that was right: suspended. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'failure'; readonly verdict: SourceVerdict };

/** The conditions of a source while a run goes on. */
export interface SourceRun {
  has(type: string, status: Condition['status']): boolean;
  set(type: string, status: Condition['status'], reason: string, message: string): void;
  remove(type: string): void;
  /**
   * Says what is being done.
   *
   * @param isDrift true where the source is not what it should be
   */
  progress(isDrift: boolean, message: string): void;
  /** Makes the conditions and the fields with which the run ends. */
  finish(result: SourceResult): StatusChange;
}

/** What Ready of a GitRepository sums up; source-controller internal/controller/gitrepository_controller.go. */
const SUMMARY: SummaryOptions = {
  types: [
    CONDITION.storageOperationFailed,
    CONDITION.fetchFailed,
    CONDITION.includeUnavailable,
    CONDITION.artifactOutdated,
    CONDITION.artifactInStorage,
    CONDITION.sourceVerified,
    CONDITION.stalled,
    CONDITION.reconciling,
  ],
  negative: [
    CONDITION.storageOperationFailed,
    CONDITION.fetchFailed,
    CONDITION.includeUnavailable,
    CONDITION.artifactOutdated,
    CONDITION.stalled,
    CONDITION.reconciling,
  ],
};

/**
 * Begins the bookkeeping of a run over a source. Conditions pass through the states that source-controller's pass through,
 * since those decide about the times of change; only the last state is written.
 *
 * Effects: none
 * Source: source-controller internal/reconcile/reconcile.go, internal/reconcile/summarize; fluxcd/pkg runtime/reconcile
 *
 * @param now milliseconds since the epoch
 */
export function beginSourceRun(object: K8sObject, now: () => number): SourceRun {
  let conditions: readonly Condition[] = readConditions(object);
  const { generation = 0 } = object.metadata;
  const context = (): ConditionContext => ({ generation, now: now() });
  const has: SourceRun['has'] = (type, status) => findCondition(conditions, type)?.status === status;
  const set: SourceRun['set'] = (type, status, reason, message) => {
    conditions = setCondition(conditions, { type, status, reason, message }, context());
  };
  const remove = (type: string): void => {
    conditions = removeCondition(conditions, type);
  };
  return {
    has,
    set,
    remove,
    progress(isDrift, message) {
      conditions = markReconciling(conditions, REASON.progressing, message, context());
      const ready = findCondition(conditions, CONDITION.ready);
      if (isDrift || ready === undefined || ready.status === 'Unknown') {
        set(CONDITION.ready, 'Unknown', REASON.progressing, message);
      }
    },
    finish(result) {
      const verdict = result.kind === 'failure' ? result.verdict : undefined;
      if (verdict?.condition !== undefined) {
        set(
          verdict.condition,
          verdict.condition === CONDITION.sourceVerified ? 'False' : 'True',
          verdict.reason,
          verdict.message,
        );
      }
      if (result.kind === 'success') remove(CONDITION.reconciling);
      const reconciling = findCondition(conditions, CONDITION.reconciling);
      if (reconciling !== undefined) {
        set(CONDITION.reconciling, reconciling.status, REASON.progressingWithRetry, reconciling.message);
      }
      if (verdict?.kind === 'stalling') conditions = markStalled(conditions, verdict.reason, verdict.message, context());
      else remove(CONDITION.stalled);
      const isObserved = conditions.length > 0 && (verdict === undefined || verdict.kind === 'stalling');
      const ready = summarizeConditions(conditions, CONDITION.ready, SUMMARY);
      if (ready !== undefined) set(ready.type, ready.status, ready.reason, ready.message);
      const unverified = findCondition(conditions, CONDITION.sourceVerified);
      if (unverified?.status === 'False') set(CONDITION.ready, 'False', unverified.reason, unverified.message);
      return {
        ...(conditions.length === 0 ? {} : { conditions: (stored) => mergeConditions(conditions, stored) }),
        fields: { ...handledAt(object), ...(isObserved ? { observedGeneration: generation } : {}) },
      };
    },
  };
}

/** The request that a run has answered, as every run notes it. */
export function handledAt(object: K8sObject): JsonObject {
  const requested = object.metadata.annotations?.[ANNOTATION.reconcileRequestedAt];
  return requested === undefined ? {} : { lastHandledReconcileAt: requested };
}

/** The generation that the status is about; none yet is -1, as the API server sets it. */
export function observedGenerationOf(object: K8sObject): number {
  const status = isJsonObject(object['status']) ? object['status'] : {};
  return typeof status['observedGeneration'] === 'number' ? status['observedGeneration'] : -1;
}

/** Conditions of others, written meanwhile, stay. */
function mergeConditions(ours: readonly Condition[], stored: readonly Condition[]): Condition[] {
  return sortConditions([...ours.filter(({ type }) => isOurs(type)), ...stored.filter(({ type }) => !isOurs(type))]);
}

function isOurs(type: string): boolean {
  return type === CONDITION.ready || SUMMARY.types.includes(type);
}

import type { JsonObject } from '../../core/json.ts';

/** A condition as Flux writes it (metav1.Condition). */
export interface Condition extends JsonObject {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  observedGeneration?: number;
  lastTransitionTime: string;
  reason: string;
  message: string;
}

/** What a condition is to become. */
export interface ConditionUpdate {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** What is the same for all conditions set in one step. */
export interface ConditionContext {
  /** The object's `metadata.generation`. */
  readonly generation: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

import { REASON } from '../../core/flux.ts';

/** The stages of a Kustomization, in their order; `connect` is there only where it goes to another cluster. */
export type StageName = 'resolve' | 'fetch' | 'connect' | 'build' | 'preflight' | 'apply' | 'prune' | 'health';

/** What is to be known of a stage. */
export interface StageRow {
  /** Reason of the Ready condition where the stage fails. */
  readonly reason: string;
  /** Whether a failure goes into `status.history`; upstream's choice. */
  readonly isRecorded: boolean;
}

/**
 * The rows.
 *
 * Source: kustomize-controller internal/controller/kustomization_controller.go reconcile
 */
export const STAGES: Readonly<Record<StageName, StageRow>> = {
  resolve: { reason: REASON.artifactFailed, isRecorded: false },
  fetch: { reason: REASON.artifactFailed, isRecorded: false },
  connect: { reason: REASON.reconciliationFailed, isRecorded: false },
  build: { reason: REASON.buildFailed, isRecorded: false },
  preflight: { reason: REASON.reconciliationFailed, isRecorded: true },
  apply: { reason: REASON.reconciliationFailed, isRecorded: true },
  prune: { reason: REASON.pruneFailed, isRecorded: true },
  health: { reason: REASON.healthCheckFailed, isRecorded: true },
};

import { FIELD_MANAGER, KUSTOMIZE, LAST_APPLIED } from '../../core/flux.ts';
import type { ApplyOptions } from './types.ts';

/** What `ApplyOptions` are where nothing is said; kustomize-controller's own settings. */
export const DEFAULT_APPLY_OPTIONS: ApplyOptions = Object.freeze({
  fieldManager: FIELD_MANAGER.kustomize,
  force: false,
  concurrency: 4,
  overrideManagers: [],
  customStageKinds: [],
  takeOver: true,
  stageTimeoutMs: 60_000,
  ignoreRules: [],
});

/** Labels or annotations (any one, in any case of letters) that keep an object from being applied. */
export const SKIP_APPLY: Readonly<Record<string, string>> = { [KUSTOMIZE.reconcile]: 'disabled', [KUSTOMIZE.ssa]: 'Ignore' };

/** On the wanted object: apply it only where there is none. */
export const IF_NOT_PRESENT: Readonly<Record<string, string>> = { [KUSTOMIZE.ssa]: 'IfNotPresent' };

/** Leave the fields of other managers alone. */
export const SKIP_TAKE_OVER: Readonly<Record<string, string>> = { [KUSTOMIZE.ssa]: 'Merge' };

/** This very object may be created anew. */
export const FORCE: Readonly<Record<string, string>> = { [KUSTOMIZE.force]: 'enabled' };

/** On the live object: never delete it. */
export const SKIP_DELETE: Readonly<Record<string, string>> = {
  [KUSTOMIZE.prune]: 'disabled',
  [KUSTOMIZE.reconcile]: 'disabled',
  [KUSTOMIZE.ssa]: 'Ignore',
};

/**
 * Annotations and labels of earlier tools, taken off an object when it is taken over.
 *
 * Source: kustomize-controller internal/controller/kustomization_controller.go apply
 */
export const TAKEN_OFF: { readonly annotations: readonly string[]; readonly labels: readonly string[] } = {
  annotations: [LAST_APPLIED, KUSTOMIZE.checksum, 'fluxcd.io/sync-checksum'],
  labels: ['fluxcd.io/sync-gc-mark'],
};

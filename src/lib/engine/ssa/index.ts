export { applyPlan } from './apply-plan.ts';
export { applyStaged } from './apply-staged.ts';
export { DEFAULT_APPLY_OPTIONS } from './constants.ts';
export { type DeleteOptions, deleteObjects, planDelete } from './delete-objects.ts';
export { ignoredPaths, withoutFields } from './ignore-fields.ts';
export { hasDrifted } from './detect-drift.ts';
export { changesOf } from './errors.ts';
export { formatChangeSet } from './format-change-set.ts';
export { isForced, isSkippedByItself, mayDelete } from './match-metadata.ts';
export { normalizeObject, normalizeObjects } from './normalize-object.ts';
export { planApply } from './plan-apply.ts';
export { ownerLabelsOf, type Preparation, prepareObjects } from './prepare-objects.ts';
export { createSeenObjects, type SeenObjects } from './seen-objects.ts';
export { sortObjects, sortRefs } from './sort-objects.ts';
export { type ApplyStage, splitStages, type StageName } from './split-stages.ts';
export type {
  Action,
  ApplyCluster,
  ApplyOptions,
  ApplyWorld,
  Change,
  ChangeSet,
  IgnoreRule,
  OwnerLabels,
  Plan,
  PlannedChange,
} from './types.ts';

export { controllerOf, seesController } from './controllers.ts';
export { deleteObject, deleteObjects, type DeletedObject } from './delete-object.ts';
export { exportObjects, type ExportOptions } from './export-objects.ts';
export { getObjects, type GetOptions, type ObjectRow } from './get-objects.ts';
export { SORT_KEYS, type SortKey, sortRows } from './sort-rows.ts';
export { objectView, type ObjectViewOptions } from './object-view.ts';
export type { ObjectReader, ObjectWatcher, ObjectWriter } from './ports.ts';
export { storeObject, type StoredObject } from './store-object.ts';
export { storeSecret, type StoredSecret } from './store-secret.ts';
export { successText } from './success-text.ts';
export { type ObjectChange, refIn, resumeObjects, type Selection, selectObjects, suspendObjects } from './suspend-objects.ts';
export { type Triggered, triggerReconcile, type TriggerOptions } from './trigger-reconcile.ts';
export { triggerSeveral } from './trigger-several.ts';
export { tellRetries } from './tell-retries.ts';
export { judgeReady, type Verdict, waitForObject } from './wait-for-object.ts';
export {
  REVISION_VIEW,
  type RevisionOptions,
  type RevisionRow,
  type RevisionWait,
  waitForRevision,
} from './wait-for-revision.ts';
export { watchObjects } from './watch-objects.ts';

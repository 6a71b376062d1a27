export {
  type AccessCheck,
  type AccessCheckOptions,
  type AccessDenial,
  checkKustomizationAccess,
  failureOfCheck,
} from './check-kustomization-access.ts';
export { compareNeeds, type RightsChange, type RightsComparison } from './compare-needs.ts';
export { diffClusterRights, diffLocalRights, type FilesAt, type RightsDiff, type WorkingCopyRequest } from './diff-rights.ts';
export { filesAt } from './files-at.ts';
export { formatRightsDiff, listRightsChanges, RIGHTS_DIFF_VIEW } from './format-rights-diff.ts';
export { type KustomizationChoice, pickKustomization } from './pick-kustomization.ts';
export { type OfflinePlan, type OfflineRequest, type OfflineWorld, planOffline } from './plan-offline.ts';
export { readDefinitions } from './read-definitions.ts';
export { DENIALS_VIEW } from './view.ts';
export type { DriveScope } from './drive-access.ts';
export { type DriveCaller, type DriveRolePorts, parseCaller, writeDriveRole } from './write-drive-role.ts';
export { type RoleRequest, writeKustomizationRole } from './write-kustomization-role.ts';
export { writeOfflineRole } from './write-offline-role.ts';

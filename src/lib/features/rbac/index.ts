export { type AccessCheck, type AccessDenial, checkKustomizationAccess, failureOfCheck } from './check-kustomization-access.ts';
export { type RoleRequest, writeKustomizationRole } from './write-kustomization-role.ts';
export { DENIALS_VIEW } from './view.ts';
export type { DriveScope } from './drive-access.ts';
export { type DriveCaller, type DriveRolePorts, parseCaller, writeDriveRole } from './write-drive-role.ts';

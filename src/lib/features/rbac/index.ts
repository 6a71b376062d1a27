export { type AccessCheck, type AccessDenial, checkKustomizationAccess, failureOfCheck } from './check-kustomization-access.ts';
export { pickKustomization } from './pick-kustomization.ts';
export { type OfflineRequest, type OfflineWorld } from './plan-offline.ts';
export { readDefinitions } from './read-definitions.ts';
export { DENIALS_VIEW } from './view.ts';
export { type RoleRequest, writeKustomizationRole } from './write-kustomization-role.ts';
export { writeOfflineRole } from './write-offline-role.ts';

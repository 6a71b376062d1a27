export { type AppliedObject, applyTenant, type TenantStore } from './apply-tenant.ts';
export { policyNameOf } from './admission-policies.ts';
export {
  type DeletedTenant,
  type DeletedTenantObject,
  deleteTenant,
  type DeleteTenantOptions,
  type TenantDeleter,
} from './delete-tenant.ts';
export { exportTenant } from './export-tenant.ts';
export { FLUX_TENANT_ROLE, makeFluxTenantRole } from './flux-tenant-role.ts';
export { makeTenant, type PodSecurity, type TenantOptions } from './make-tenant.ts';
export { type DeletionPlan, planDeletion } from './plan-deletion.ts';
export { readRoleFile, type RoleFile } from './read-role-file.ts';
export { readTenant, readTenants, type Tenant, type TenantNamespace, type TenantReader } from './read-tenants.ts';
export { TENANT_VIEW } from './tenant-view.ts';

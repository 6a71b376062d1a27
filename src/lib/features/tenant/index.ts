export { applyTenant, type AppliedObject } from './apply-tenant.ts';
export { makeTenant, type TenantOptions } from './make-tenant.ts';

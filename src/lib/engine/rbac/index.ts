export { builtinScope, listBuiltinResources } from './builtin-kinds.ts';
export { checkAccess } from './check-access.ts';
export { countDenied, denialError, type DenialContext, formatDenials, joinDenials, listDenials } from './denial-error.ts';
export { findUncovered, type GrantOptions, listGrants } from './list-grants.ts';
export { rememberGrants } from './remember-grants.ts';
export { listBoundRoles, requiredAccess, rulesOfRole } from './required-access.ts';
export { requiredHealthAccess } from './required-health-access.ts';
export { scopesWithDefinitions } from './resource-scopes.ts';
export { type ReviewClient, selfReviewer, serviceAccountReviewer } from './reviewers.ts';
export { listRuleAccess } from './rule-access.ts';
export { joinRules, suggestRole, type SuggestionOptions } from './suggest-role.ts';
export type {
  AccessAnswer,
  AccessReport,
  AccessRequest,
  AccessReviewer,
  DeniedAccess,
  DenialRow,
  NeededAccess,
  PolicyRule,
  RequiredAccessOptions,
  ResourceScope,
  ScopeLookup,
} from './types.ts';

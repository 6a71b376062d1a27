import type { AuditRule } from '../types.ts';
import { BY_HAND } from './by-hand.ts';
import { CLUSTER_RIGHTS } from './cluster-rights.ts';
import { CONTROLLER_RIGHTS } from './controller-rights.ts';
import { CONTROLLER_SETTINGS } from './controller-settings.ts';
import { FENCES } from './fences.ts';
import { SOURCES } from './sources.ts';
import { TENANCY } from './tenancy.ts';
import { UNUSED_GRANTS } from './unused-grants.ts';

/** The check list, in the order of its report. One more row is one more entry in one of these tables. */
export const AUDIT_RULES: readonly AuditRule[] = [
  ...CONTROLLER_RIGHTS,
  ...CLUSTER_RIGHTS,
  ...UNUSED_GRANTS,
  ...TENANCY,
  ...CONTROLLER_SETTINGS,
  ...SOURCES,
  ...FENCES,
  ...BY_HAND,
];

import type { Vector } from '../world.ts';
import {
  COMMAND_INJECTION,
  CONTROLLER_KEYS,
  KUBECONFIG,
  PATH_ESCAPE,
  RECEIVER_FORGERY,
  REMOTE_BASE,
} from './controller-guards.ts';
import { CLOUD_IDENTITY, NO_ACCOUNT, STRONGER_ACCOUNT } from './identity.ts';
import { TAKE_OVER, UNSIGNED } from './ownership.ts';
import { CROSS_NAMESPACE, FLUX_NAMESPACE_OBJECTS } from './references.ts';
import { DEAD_USER, OWN_BOUNDS, OWN_RIGHTS } from './rights-inside.ts';
import { CLUSTER_SCOPED, TARGET_NAMESPACE } from './rights-outside.ts';
import { ARTIFACT_READ, RECONCILER_TOKEN } from './workloads.ts';

/** All known ways out of a tenant, one row each. A new one is one more row. */
export const VECTORS: readonly Vector[] = [
  NO_ACCOUNT,
  STRONGER_ACCOUNT,
  CROSS_NAMESPACE,
  TARGET_NAMESPACE,
  KUBECONFIG,
  PATH_ESCAPE,
  REMOTE_BASE,
  COMMAND_INJECTION,
  CONTROLLER_KEYS,
  CLOUD_IDENTITY,
  OWN_RIGHTS,
  RECONCILER_TOKEN,
  OWN_BOUNDS,
  CLUSTER_SCOPED,
  FLUX_NAMESPACE_OBJECTS,
  DEAD_USER,
  ARTIFACT_READ,
  RECEIVER_FORGERY,
  TAKE_OVER,
  UNSIGNED,
];

export { actAs, actingUserOf } from './act-as.ts';
export { listMembers } from './build-manifests.ts';
export { explainDenial, findDenials, type Foresight, type Intent, listNeeded, shortName } from './check-permissions.ts';
export { statusConfigMapRef } from './configmap-store.ts';
export { drive, driveOn, type DriveReport } from './drive.ts';
export type { DriveOptions } from './drive-graph.ts';
export { checkDeletion, type DeletionOptions, listDoomed, readInventory } from './finalize-kustomization.ts';
export type { GitLogin } from './file-secrets.ts';
export { parsePruneLimit, type PruneGuard, type PruneLimit } from './guard-prune.ts';
export { type StandIn, withLeases } from './hold-leases.ts';
export { findCycles, planGraph, type WaitsFor } from './plan-graph.ts';
export { compileIgnoreRules } from './ignore-rules.ts';
export { planIntent, planRun, type PlannedRun, type PlanOptions } from './plan-run.ts';
export type {
  ActingIdentity,
  ArtifactPort,
  ArtifactStorePort,
  BuildPort,
  CelExpression,
  CelPort,
  ClusterView,
  DecryptPort,
  GitPort,
  OwnIdentity,
  ReconcilePorts,
  RemotePort,
  WorldPort,
} from './ports.ts';
export { type Kustomization, readKustomization } from './read-kustomization.ts';
export { type ObjectFile, type ReadObjects, readObjects } from './read-objects.ts';
export { reconcileGitRepository, type SourceOptions } from './reconcile-git-repository.ts';
export { type KustomizationOptions, reconcileKustomization } from './reconcile-kustomization.ts';
export { type CommitPorts, readSourceCommit } from './read-source-commit.ts';
export { createSourceContents, type SourceContents } from './source-contents.ts';
export { type DriveSelection, selectObjects, sourceRefsOf } from './select-objects.ts';
export { STAGES, type StageName } from './stages.ts';
export { type RolesOptions, suggestRoles } from './suggest-roles.ts';
export type {
  ChangeCounts,
  DriveEvent,
  EventSubject,
  KustomizationReport,
  Outcome,
  PrunedKind,
  ReportedChange,
  ReportedError,
  RunReason,
  SourceReport,
} from './types.ts';
export { DRIVE_EVENT_VIEW, DRIVE_VIEW, type DriveRow, formatPruned, isTelling, listRows } from './view.ts';

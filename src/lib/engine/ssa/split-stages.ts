import { groupOf, type K8sObject } from '../../core/objects.ts';
import { sortObjects } from './sort-objects.ts';

/** The stages in their order: what defines kinds and places, classes, kinds that the user chose, all else. */
export type StageName = 'definitions' | 'classes' | 'custom' | 'rest';

/** Objects that are applied together. */
export interface ApplyStage {
  readonly name: StageName;
  /** True where the next stage must wait until these are ready. */
  readonly waits: boolean;
  readonly objects: readonly K8sObject[];
}

const WAITS: Readonly<Record<StageName, boolean>> = { definitions: true, classes: true, custom: false, rest: false };

/**
 * Splits objects into stages, each sorted; empty stages are left out.
 *
 * Effects: none
 * Source: fluxcd/pkg ssa/manager_apply.go ApplyAllStaged, ssa/utils/is.go
 *
 * @param customStageKinds `group/kind` of the kinds for the custom stage
 */
export function splitStages(objects: readonly K8sObject[], customStageKinds: readonly string[] = []): ApplyStage[] {
  const byStage: Record<StageName, K8sObject[]> = { definitions: [], classes: [], custom: [], rest: [] };
  for (const object of objects) byStage[stageOf(object, customStageKinds)].push(object);
  return (Object.keys(byStage) as StageName[])
    .filter((name) => byStage[name].length > 0)
    .map((name) => ({ name, waits: WAITS[name], objects: sortObjects(byStage[name]) }));
}

function stageOf(object: K8sObject, customStageKinds: readonly string[]): StageName {
  const group = groupOf(object);
  if (isDefinition(group, object.kind)) return 'definitions';
  if (object.kind.endsWith('Class')) return 'classes';
  return customStageKinds.includes(`${group}/${object.kind}`) ? 'custom' : 'rest';
}

function isDefinition(group: string, kind: string): boolean {
  if (kind === 'CustomResourceDefinition') return group === 'apiextensions.k8s.io';
  if (kind === 'Namespace') return group === '';
  return kind === 'ClusterRole' && group === 'rbac.authorization.k8s.io';
}

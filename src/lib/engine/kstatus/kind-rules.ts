import { groupOf, type K8sObject, type KindRef } from '../../core/objects.ts';
import { podStatus } from './pod-status.ts';
import { readConditions, readText } from './read-field.ts';
import { current, failed, inProgress } from './result.ts';
import type { StatusResult } from './types.ts';
import { daemonSetStatus, deploymentStatus, jobStatus, replicaSetStatus, statefulSetStatus } from './workload-rules.ts';

/** What one kind's status says about whether it is done. */
export type KindRule = (object: K8sObject, now: number) => StatusResult;

const alwaysReady: KindRule = () => current('Resource is always ready');

/**
 * Built-in kinds whose status needs knowledge of the kind, by `group/kind` (the core group has no prefix).
 *
 * Source: fluxcd/cli-utils pkg/kstatus/status/core.go legacyTypes; Job: fluxcd/pkg runtime/statusreaders
 */
const KIND_RULES: Readonly<Record<string, KindRule>> = {
  Service: serviceStatus,
  Pod: podStatus,
  Secret: alwaysReady,
  ConfigMap: alwaysReady,
  PersistentVolumeClaim: volumeClaimStatus,
  'apps/StatefulSet': statefulSetStatus,
  'apps/DaemonSet': daemonSetStatus,
  'extensions/DaemonSet': daemonSetStatus,
  'apps/Deployment': deploymentStatus,
  'extensions/Deployment': deploymentStatus,
  'apps/ReplicaSet': replicaSetStatus,
  'extensions/ReplicaSet': replicaSetStatus,
  'policy/PodDisruptionBudget': () => current('AllowedDisruptions has been computed.'),
  'batch/CronJob': alwaysReady,
  'batch/Job': jobStatus,
  'apiextensions.k8s.io/CustomResourceDefinition': definitionStatus,
};

/** The rule of a kind, whatever the version; `undefined` for kinds that need none. */
export function findKindRule(object: KindRef): KindRule | undefined {
  const group = groupOf(object);
  const key = group === '' ? object.kind : `${group}/${object.kind}`;
  return Object.hasOwn(KIND_RULES, key) ? KIND_RULES[key] : undefined;
}

function serviceStatus(object: K8sObject): StatusResult {
  const isLoadBalancer = readText(object, ['spec', 'type'], 'ClusterIP') === 'LoadBalancer';
  return isLoadBalancer && readText(object, ['spec', 'clusterIP'], '') === ''
    ? inProgress('NoIPAssigned', 'ClusterIP not set. Service type: LoadBalancer')
    : current('Service is ready');
}

function volumeClaimStatus(object: K8sObject): StatusResult {
  const phase = readText(object, ['status', 'phase'], 'unknown');
  return phase === 'Bound' ? current('PVC is Bound') : inProgress('NotBound', `PVC is not Bound. phase: ${phase}`);
}

/** `Installing` is how a new definition starts; every other False is final. */
function definitionStatus(object: K8sObject): StatusResult {
  for (const { type, status, reason, message } of readConditions(object)) {
    if (type === 'NamesAccepted' && status === 'False') return failed(reason, message);
    if (type !== 'Established') continue;
    if (status === 'False' && reason !== 'Installing') return failed(reason, message);
    if (status === 'True') return current('CRD is established');
  }
  return inProgress('Installing', 'Install in progress');
}

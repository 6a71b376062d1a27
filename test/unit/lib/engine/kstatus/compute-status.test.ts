import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { parseYaml } from '../../../../../src/lib/core/yaml/index.ts';
import { computeStatus } from '../../../../../src/lib/engine/kstatus/compute-status.ts';

const NOW = Date.parse('2026-01-01T00:01:00Z');

/** Each state in words, what it looks like, and what it means. */
const CASES: readonly (readonly [name: string, yaml: string, status: string, reason: string, message: string])[] = [
  [
    'an object being deleted',
    `{apiVersion: v1, kind: ConfigMap, metadata: {name: x, deletionTimestamp: "2026-01-01T00:00:00Z"}}`,
    'Terminating',
    '',
    'Resource scheduled for deletion',
  ],
  [
    'an unobserved generation',
    `{apiVersion: example.com/v1, kind: Widget, metadata: {name: x, generation: 2}, status: {observedGeneration: 1}}`,
    'InProgress',
    'LatestGenerationNotObserved',
    'Widget generation is 2, but latest observed generation is 1',
  ],
  [
    'a generation that nobody observes',
    `{apiVersion: example.com/v1, kind: Widget, metadata: {name: x, generation: 2}, status: {}}`,
    'Current',
    '',
    'Resource is current',
  ],
  [
    'Stalled',
    `{apiVersion: example.com/v1, kind: Widget, metadata: {name: x}, status: {conditions: [{type: Stalled, status: "True", reason: Broken, message: no way}]}}`,
    'Failed',
    'Broken',
    'no way',
  ],
  [
    'Reconciling before Stalled',
    `{apiVersion: example.com/v1, kind: Widget, metadata: {name: x}, status: {conditions: [{type: Reconciling, status: "True", reason: Busy, message: going}, {type: Stalled, status: "True", reason: Broken, message: no}]}}`,
    'InProgress',
    'Busy',
    'going',
  ],
  [
    'Ready',
    `{apiVersion: example.com/v1, kind: Widget, metadata: {name: x}, status: {conditions: [{type: Ready, status: "True"}]}}`,
    'Current',
    '',
    'Resource is Ready',
  ],
  [
    'not Ready',
    `{apiVersion: example.com/v1, kind: Widget, metadata: {name: x}, status: {conditions: [{type: Ready, status: "False", reason: NotYet, message: not yet}]}}`,
    'InProgress',
    'NotYet',
    'not yet',
  ],
  [
    'a Deployment whose deadline has passed',
    `{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {progressDeadlineSeconds: 5}, status: {conditions: [{type: Progressing, status: "False", reason: ProgressDeadlineExceeded}]}}`,
    'Failed',
    'ProgressDeadlineExceeded',
    'Progress deadline exceeded',
  ],
  [
    'a Deployment without replicas',
    `{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {replicas: 3}, status: {replicas: 1}}`,
    'InProgress',
    'LessReplicas',
    'Replicas: 1/3',
  ],
  [
    'a Deployment with old pods',
    `{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {replicas: 1}, status: {replicas: 2, updatedReplicas: 1}}`,
    'InProgress',
    'ExtraPods',
    'Pending termination: 1',
  ],
  [
    'a Deployment whose ReplicaSet is not available yet',
    `{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {replicas: 1, progressDeadlineSeconds: 600}, status: {replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1}}`,
    'InProgress',
    'ReplicaSetNotAvailable',
    'ReplicaSet not Available',
  ],
  [
    'a Deployment rolled out',
    `{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {replicas: 1, progressDeadlineSeconds: 600}, status: {replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1, conditions: [{type: Progressing, status: "True", reason: NewReplicaSetAvailable}, {type: Available, status: "True"}]}}`,
    'Current',
    '',
    'Deployment is available. Replicas: 1',
  ],
  [
    'a StatefulSet updated by hand',
    `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {updateStrategy: {type: OnDelete}}}`,
    'Current',
    '',
    'StatefulSet is using the ondelete update strategy',
  ],
  [
    'a StatefulSet in a partition rollout',
    `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {replicas: 3, updateStrategy: {rollingUpdate: {partition: 1}}}, status: {replicas: 3, readyReplicas: 3, updatedReplicas: 1}}`,
    'InProgress',
    'PartitionRollout',
    'updated: 1/2',
  ],
  [
    'a StatefulSet between revisions',
    `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {replicas: 1}, status: {replicas: 1, readyReplicas: 1, currentReplicas: 1, currentRevision: a, updateRevision: b}}`,
    'InProgress',
    'RevisionMismatch',
    'Waiting for updated revision to match current',
  ],
  [
    'a DaemonSet that nobody looked at',
    `{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: x, generation: 1}}`,
    'InProgress',
    'NoObservedGeneration',
    'DaemonSet status.observedGeneration not found',
  ],
  [
    'a DaemonSet without nodes',
    `{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: x, generation: 1}, status: {observedGeneration: 1, desiredNumberScheduled: 0}}`,
    'Current',
    '',
    'All replicas scheduled as expected. Replicas: 0',
  ],
  [
    'a ReplicaSet that cannot make pods',
    `{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: x}, status: {conditions: [{type: ReplicaFailure, status: "True"}]}}`,
    'InProgress',
    'ReplicaFailure',
    'Replica Failure condition. Check Pods',
  ],
  [
    'a ReplicaSet with its pods',
    `{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: x}, spec: {replicas: 1}, status: {replicas: 1, readyReplicas: 1, availableReplicas: 1, fullyLabeledReplicas: 1}}`,
    'Current',
    '',
    'ReplicaSet is available. Replicas: 1',
  ],
  [
    'a Pod that crashes',
    `{apiVersion: v1, kind: Pod, metadata: {name: x}, status: {phase: Running, containerStatuses: [{name: app, state: {waiting: {reason: CrashLoopBackOff}}}]}}`,
    'Failed',
    'ContainerCrashLooping',
    'Containers in CrashLoop state: app',
  ],
  [
    'a Pod that ended badly',
    `{apiVersion: v1, kind: Pod, metadata: {name: x}, status: {phase: Failed}}`,
    'Current',
    '',
    'Pod has completed, but not successfully',
  ],
  [
    'a Pod unschedulable for ten seconds',
    `{apiVersion: v1, kind: Pod, metadata: {name: x, creationTimestamp: "2026-01-01T00:00:50Z"}, status: {phase: Pending, conditions: [{type: PodScheduled, status: "False", reason: Unschedulable}]}}`,
    'InProgress',
    'PodNotScheduled',
    'Pod has not been scheduled',
  ],
  [
    'a Pod unschedulable for a minute',
    `{apiVersion: v1, kind: Pod, metadata: {name: x, creationTimestamp: "2026-01-01T00:00:00Z"}, status: {phase: Pending, conditions: [{type: PodScheduled, status: "False", reason: Unschedulable}]}}`,
    'Failed',
    'PodUnschedulable',
    'Pod could not be scheduled',
  ],
  [
    'a Pod in no known phase',
    `{apiVersion: v1, kind: Pod, metadata: {name: x}, status: {phase: Lost}}`,
    'Unknown',
    'UnknownPhase',
    'unknown phase Lost',
  ],
  [
    'a claim without volume',
    `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: x}, status: {phase: Pending}}`,
    'InProgress',
    'NotBound',
    'PVC is not Bound. phase: Pending',
  ],
  [
    'a load balancer without address',
    `{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {type: LoadBalancer}}`,
    'InProgress',
    'NoIPAssigned',
    'ClusterIP not set. Service type: LoadBalancer',
  ],
  [
    'a Job that runs',
    `{apiVersion: batch/v1, kind: Job, metadata: {name: x}, status: {startTime: now, active: 1}}`,
    'InProgress',
    'JobInProgress',
    'Job in progress. success:0, active: 1, failed: 0',
  ],
  [
    'a Job suspended',
    `{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {suspend: true}}`,
    'Current',
    '',
    'Job is suspended',
  ],
  [
    'a Job that failed',
    `{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {completions: 2}, status: {failed: 1, conditions: [{type: Failed, status: "True"}]}}`,
    'Failed',
    'JobFailed',
    'Job Failed. failed: 1/2',
  ],
  [
    'a definition being installed',
    `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: x}, status: {conditions: [{type: Established, status: "False", reason: Installing}]}}`,
    'InProgress',
    'Installing',
    'Install in progress',
  ],
  [
    'a definition whose names are taken',
    `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: x}, status: {conditions: [{type: NamesAccepted, status: "False", reason: ListKindConflict, message: taken}]}}`,
    'Failed',
    'ListKindConflict',
    'taken',
  ],
];

describe('computeStatus()', () => {
  for (const [name, yaml, status, reason, message] of CASES) {
    it(`reports ${status} for ${name}`, () => {
      assert.deepEqual(computeStatus(parseYaml(yaml) as K8sObject, NOW), { status, reason, message });
    });
  }
});

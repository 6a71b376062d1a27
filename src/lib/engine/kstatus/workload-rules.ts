import type { K8sObject } from '../../core/objects.ts';
import { readConditions, readField, readInteger, readText } from './read-field.ts';
import { current, failed, inProgress } from './result.ts';
import type { StatusResult } from './types.ts';

/** A count that must be reached, with the words to say that it is not. */
type Requirement = readonly [unmet: boolean, reason: string, message: string];

/**
 * Without a deadline the controller writes no Progressing condition; it is told so by this very number.
 *
 * Source: kubernetes pkg/controller/deployment/util HasProgressDeadline
 */
const NO_DEADLINE = 2 ** 31 - 1;

/** Says whether a Deployment has rolled out: Failed once its progress deadline has passed. */
export function deploymentStatus(object: K8sObject): StatusResult {
  const conditions = readConditions(object);
  if (conditions.some(({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded')) {
    return failed('ProgressDeadlineExceeded', 'Progress deadline exceeded');
  }
  const rolledOut =
    readInteger(object, ['spec', 'progressDeadlineSeconds'], NO_DEADLINE) === NO_DEADLINE ||
    conditions.some((c) => c.type === 'Progressing' && c.status === 'True' && c.reason === 'NewReplicaSetAvailable');
  const available = conditions.some((c) => c.type === 'Available' && c.status === 'True');
  const wanted = readInteger(object, ['spec', 'replicas'], 1);
  const { replicas, updatedReplicas, readyReplicas, availableReplicas } = counts(object);
  return (
    firstUnmet([
      [wanted > replicas, 'LessReplicas', `Replicas: ${replicas}/${wanted}`],
      [wanted > updatedReplicas, 'LessUpdated', `Updated: ${updatedReplicas}/${wanted}`],
      [replicas > wanted, 'ExtraPods', `Pending termination: ${replicas - wanted}`],
      [updatedReplicas > availableReplicas, 'LessAvailable', `Available: ${availableReplicas}/${updatedReplicas}`],
      [wanted > readyReplicas, 'LessReady', `Ready: ${readyReplicas}/${wanted}`],
      [!rolledOut, 'ReplicaSetNotAvailable', 'ReplicaSet not Available'],
      [!available, 'DeploymentNotAvailable', 'Deployment not Available'],
    ]) ?? current(`Deployment is available. Replicas: ${replicas}`)
  );
}

/** Says whether a ReplicaSet has its pods. A failure to make pods is in progress, since the controller tries again. */
export function replicaSetStatus(object: K8sObject): StatusResult {
  if (readConditions(object).some((c) => c.type === 'ReplicaFailure' && c.status === 'True')) {
    return inProgress('ReplicaFailure', 'Replica Failure condition. Check Pods');
  }
  const wanted = readInteger(object, ['spec', 'replicas'], 1);
  const { replicas, readyReplicas, availableReplicas, fullyLabeledReplicas } = counts(object);
  return (
    firstUnmet([
      [wanted > fullyLabeledReplicas, 'LessLabelled', `Labelled: ${fullyLabeledReplicas}/${wanted}`],
      [wanted > availableReplicas, 'LessAvailable', `Available: ${availableReplicas}/${wanted}`],
      [wanted > readyReplicas, 'LessReady', `Ready: ${readyReplicas}/${wanted}`],
      [replicas > wanted, 'ExtraPods', `Pending termination: ${replicas - wanted}`],
    ]) ?? current(`ReplicaSet is available. Replicas: ${replicas}`)
  );
}

/** Says whether a StatefulSet has rolled out; its controller sets no conditions, so it can never be Failed. */
export function statefulSetStatus(object: K8sObject): StatusResult {
  if (readText(object, ['spec', 'updateStrategy', 'type'], '') === 'OnDelete') {
    return current('StatefulSet is using the ondelete update strategy');
  }
  const wanted = readInteger(object, ['spec', 'replicas'], 1);
  const { replicas, readyReplicas, currentReplicas, updatedReplicas } = counts(object);
  const unmet = firstUnmet([
    [wanted > replicas, 'LessReplicas', `Replicas: ${replicas}/${wanted}`],
    [wanted > readyReplicas, 'LessReady', `Ready: ${readyReplicas}/${wanted}`],
    [replicas > wanted, 'ExtraPods', `Pending termination: ${replicas - wanted}`],
  ]);
  if (unmet !== undefined) return unmet;
  const partition = readInteger(object, ['spec', 'updateStrategy', 'rollingUpdate', 'partition'], -1);
  if (partition !== -1) {
    const due = wanted - partition;
    return updatedReplicas < due
      ? inProgress('PartitionRollout', `updated: ${updatedReplicas}/${due}`)
      : current(`Partition rollout complete. updated: ${updatedReplicas}`);
  }
  const currentRevision = readText(object, ['status', 'currentRevision'], '');
  const updateRevision = readText(object, ['status', 'updateRevision'], '');
  return (
    firstUnmet([
      [wanted > currentReplicas, 'LessCurrent', `current: ${currentReplicas}/${wanted}`],
      [currentRevision !== updateRevision, 'RevisionMismatch', 'Waiting for updated revision to match current'],
    ]) ?? current(`All replicas scheduled as expected. Replicas: ${replicas}`)
  );
}

/**
 * Says whether a DaemonSet runs on all its nodes. Unlike elsewhere the generations must be there: the controller always
 * writes them, so their absence says that it has not looked yet.
 */
export function daemonSetStatus(object: K8sObject): StatusResult {
  if (readField(object, 'metadata', 'generation') === undefined) {
    return inProgress('NoGeneration', `${object.kind} metadata.generation not found`);
  }
  if (readField(object, 'status', 'observedGeneration') === undefined) {
    return inProgress('NoObservedGeneration', `${object.kind} status.observedGeneration not found`);
  }
  const count = (name: string, fallback = 0) => readInteger(object, ['status', name], fallback);
  const wanted = count('desiredNumberScheduled', -1);
  if (wanted === -1) return inProgress('NoDesiredNumber', 'Missing .status.desiredNumberScheduled');
  const scheduled = count('currentNumberScheduled');
  const updated = count('updatedNumberScheduled');
  const available = count('numberAvailable');
  const ready = count('numberReady');
  return (
    firstUnmet([
      [wanted > scheduled, 'LessCurrent', `Current: ${scheduled}/${wanted}`],
      [wanted > updated, 'LessUpdated', `Updated: ${updated}/${wanted}`],
      [wanted > available, 'LessAvailable', `Available: ${available}/${wanted}`],
      [wanted > ready, 'LessReady', `Ready: ${ready}/${wanted}`],
    ]) ?? current(`All replicas scheduled as expected. Replicas: ${wanted}`)
  );
}

/**
 * Says whether a Job is done. A running Job is in progress and a suspended one is current, as Flux's own reader has it;
 * plain kstatus calls a running Job current.
 *
 * Source: fluxcd/pkg runtime/statusreaders/job.go
 */
export function jobStatus(object: K8sObject): StatusResult {
  if (readField(object, 'spec', 'suspend') === true) return current('Job is suspended');
  const parallelism = readInteger(object, ['spec', 'parallelism'], 1);
  const completions = readInteger(object, ['spec', 'completions'], parallelism);
  const count = (name: string) => readInteger(object, ['status', name], 0);
  for (const condition of readConditions(object)) {
    if (condition.status !== 'True') continue;
    if (condition.type === 'Complete') return current(`Job Completed. succeeded: ${count('succeeded')}/${completions}`);
    if (condition.type === 'Failed') return failed('JobFailed', `Job Failed. failed: ${count('failed')}/${completions}`);
  }
  if (readText(object, ['status', 'startTime'], '') === '') {
    return inProgress('JobNotStarted', `Job not started. active: 0/${parallelism}`);
  }
  const progress = `success:${count('succeeded')}, active: ${count('active')}, failed: ${count('failed')}`;
  return inProgress('JobInProgress', `Job in progress. ${progress}`);
}

function counts(object: K8sObject) {
  const count = (name: string) => readInteger(object, ['status', name], 0);
  return {
    replicas: count('replicas'),
    updatedReplicas: count('updatedReplicas'),
    readyReplicas: count('readyReplicas'),
    availableReplicas: count('availableReplicas'),
    currentReplicas: count('currentReplicas'),
    fullyLabeledReplicas: count('fullyLabeledReplicas'),
  };
}

function firstUnmet(requirements: readonly Requirement[]): StatusResult | undefined {
  const unmet = requirements.find(([isUnmet]) => isUnmet);
  return unmet === undefined ? undefined : inProgress(unmet[1], unmet[2]);
}

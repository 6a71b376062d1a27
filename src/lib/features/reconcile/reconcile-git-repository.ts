import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import { ANNOTATION, CONDITION, FIELD_MANAGER, GROUP, REASON } from '../../core/flux.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { formatSubject, type K8sObject, type ObjectRef } from '../../core/objects.ts';
import {
  type Condition,
  type ConditionContext,
  formatConditionTime,
  markReconciling,
  markStalled,
  removeCondition,
  setCondition,
} from '../../engine/conditions/index.ts';
import type { PackedArtifact } from '../../engine/artifact/index.ts';
import type { Revision } from '../../engine/git/index.ts';
import { readGitTarget } from './git-remote.ts';
import type { ReconcilePorts } from './ports.ts';
import { recordEvent } from './record-event.ts';
import type { SourceContents } from './source-contents.ts';
import { clusterStatusStore, type StatusStore } from './status-store.ts';
import { tellFailure } from './tell-failure.ts';
import { formatReportedError, type SourceReport } from './types.ts';
import { verificationModeOf, verifySource } from './verify-source.ts';

/** Conditions that exist only while something is wrong. */
const NEGATIVE: readonly string[] = [
  CONDITION.fetchFailed,
  CONDITION.artifactOutdated,
  CONDITION.storageOperationFailed,
  CONDITION.includeUnavailable,
];

/**
 * Scheme of the artifact's URL. There is no server for it, and that is the point: kustomize-controller gives up on it at once
 * and takes the artifact that source-controller builds as soon as it runs. An http URL that nobody serves yet would keep it
 * trying for minutes.
 */
const DRIVEN_SCHEME = 'flux-ts';

/** How to reconcile one source. */
export interface SourceOptions {
  /** Where fetched files are kept for the Kustomizations that follow. */
  readonly contents: SourceContents;
  /** Where the status goes; absent means the object itself, which must be in the cluster. */
  readonly store?: StatusStore;
}

/**
 * Reconciles a GitRepository from here: finds its revision, fetches and packs what is new, and leaves the status that
 * source-controller would leave.
 *
 * Effects: reads Git and Secrets, writes the object's status, a finalizer, events and the local artifact store
 * Source: source-controller internal/controller/gitrepository_controller.go
 * Differs: the tarball stays in a local store, and the URL in the status says so; when source-controller starts, it finds the
 * file missing and builds it anew
 *
 * @throws {FluxError} reconcile/not-found: there is no such object; errors of the API server. A source that cannot be
 * fetched is a result
 */
export async function reconcileGitRepository(
  ref: ObjectRef,
  ports: ReconcilePorts,
  options: SourceOptions,
): Promise<SourceReport> {
  const { world, progress } = ports;
  const began = world.now();
  const store = options.store ?? clusterStatusStore(await readObject(ref, ports), ports.kube, FIELD_MANAGER.source);
  const name = { kind: 'GitRepository', namespace: ref.namespace ?? '', name: ref.name } as const;
  const finish = (rest: Partial<SourceReport> & Pick<SourceReport, 'outcome'>): SourceReport => ({
    ...name,
    isNew: false,
    ...rest,
    elapsedMs: world.now() - began,
  });
  if (store.current().metadata.deletionTimestamp !== undefined) {
    // Its artifacts are in a local store, where nothing has to be cleaned up.
    await store.removeFinalizer();
    progress.success(`${formatSubject(ref)} let go`);
    return finish({ outcome: 'done' });
  }
  await store.addFinalizer();
  const object = store.current();
  const before = artifactOf(object);
  if (isJsonObject(object['spec']) && object['spec']['suspend'] === true) {
    await store.update({ fields: handledAt(object) });
    progress.warning(`${formatSubject(ref)} is suspended, not fetched`);
    return finish({ outcome: 'suspended', ...revisionOf(before) });
  }
  try {
    const target = await readGitTarget(object, ports.secrets ?? ports.kube);
    const revision = await ports.git.resolveRevision(target.remote, target.ref, {
      timeoutMs: target.timeoutMs,
      ...(ports.signal === undefined ? {} : { signal: ports.signal }),
    });
    const isNew = before?.['revision'] !== revision.revision;
    if (!isNew && before !== undefined && !hasOtherContent(object)) {
      await store.update({ conditions: storedConditions(object, revision, world.now()), fields: settled(object, {}) });
      progress.action(`${formatSubject(ref)}: ${revision.revision} (nothing new)`);
      return finish({ outcome: 'done', ...revisionOf(before), digest: String(before['digest']) });
    }
    const content = await options.contents.fetch(object, revision);
    const mode = verificationModeOf(object);
    const verified = mode === undefined ? undefined : await verifySource(object, mode, content, ports.secrets ?? ports.kube);
    const { packed } = content;
    const artifact = formatArtifact(object, revision, packed, world.now());
    await store.update({
      conditions: storedConditions(object, revision, world.now(), verified ?? null),
      fields: settled(object, { artifact, ...observedContent(object) }),
    });
    const { commit } = content;
    const age = commit === undefined ? 'kept from before' : formatAge(commit.author.timeSeconds, world.now());
    progress.action(`${formatSubject(ref)}: ${revision.revision} (${age})`);
    if (before?.['digest'] !== packed.digest) {
      await recordEvent(
        store.current(),
        FIELD_MANAGER.source,
        {
          type: 'Normal',
          reason: REASON.newArtifact,
          message: `stored artifact for commit '${shorten(commit?.subject ?? revision.revision)}'`,
          metadata: { [`${GROUP.source}/revision`]: revision.revision, [`${GROUP.source}/digest`]: packed.digest },
        },
        ports,
      );
    }
    return finish({ outcome: 'done', revision: revision.revision, digest: packed.digest, isNew });
  } catch (cause) {
    if (ports.signal?.aborted === true) throw ports.signal.reason;
    const error = isFluxError(cause) ? cause : new FluxError('reconcile/failed', messageOf(cause), { cause });
    const reason = reasonOf(error);
    const isUnverified = error.code === 'reconcile/not-verified';
    const message = isUnverified ? error.message : `failed to checkout and determine revision: ${error.message}`;
    await store.update({ conditions: failedConditions(object, reason, message, error, world.now()), fields: handledAt(object) });
    await recordEvent(store.current(), FIELD_MANAGER.source, { type: 'Warning', reason, message }, ports);
    tellFailure(error, progress, formatSubject(ref));
    return finish({ outcome: 'failed', ...revisionOf(before), error: formatReportedError(error) });
  }
}

/** Reads an object that must be there. */
export async function readObject(ref: ObjectRef, ports: ReconcilePorts): Promise<K8sObject> {
  const object = await ports.kube.get(ref);
  if (object !== undefined) return object;
  throw new FluxError('reconcile/not-found', `${formatSubject(ref)} not found`, { subject: ref });
}

/** The artifact in a source's status. */
export function artifactOf(source: K8sObject): JsonObject | undefined {
  const status = source['status'];
  return isJsonObject(status) && isJsonObject(status['artifact']) ? status['artifact'] : undefined;
}

/** The request that a run has answered, as every run notes it. */
export function handledAt(object: K8sObject): JsonObject {
  const requested = object.metadata.annotations?.[ANNOTATION.reconcileRequestedAt];
  return requested === undefined ? {} : { lastHandledReconcileAt: requested };
}

function settled(object: K8sObject, fields: JsonObject): JsonObject {
  return { ...handledAt(object), observedGeneration: object.metadata.generation ?? 0, ...fields };
}

/** @param verified message of SourceVerified; `null` takes that condition away, absent leaves it */
function storedConditions(object: K8sObject, revision: Revision, now: number, verified?: string | null) {
  const context: ConditionContext = { generation: object.metadata.generation ?? 0, now };
  const message = `stored artifact for revision '${revision.revision}'`;
  const stored = { status: 'True', reason: REASON.succeeded, message } as const;
  return (conditions: readonly Condition[]): Condition[] => {
    const gone = [...NEGATIVE, CONDITION.reconciling, CONDITION.stalled];
    const clean = gone.reduce<readonly Condition[]>(removeCondition, conditions);
    const inStorage = setCondition(
      withVerified(clean, verified, context),
      { type: CONDITION.artifactInStorage, ...stored },
      context,
    );
    return setCondition(inStorage, { type: CONDITION.ready, ...stored }, context);
  };
}

function withVerified(
  conditions: readonly Condition[],
  message: string | null | undefined,
  context: ConditionContext,
): readonly Condition[] {
  if (message === undefined) return conditions;
  if (message === null) return removeCondition(conditions, CONDITION.sourceVerified);
  return setCondition(conditions, { type: CONDITION.sourceVerified, status: 'True', reason: REASON.succeeded, message }, context);
}

function failedConditions(object: K8sObject, reason: string, message: string, error: FluxError, now: number) {
  const context: ConditionContext = { generation: object.metadata.generation ?? 0, now };
  return (conditions: readonly Condition[]): Condition[] => {
    const failed =
      error.code === 'reconcile/not-verified'
        ? setCondition(conditions, { type: CONDITION.sourceVerified, status: 'False', reason, message }, context)
        : setCondition(conditions, { type: CONDITION.fetchFailed, status: 'True', reason, message }, context);
    const ready = setCondition(failed, { type: CONDITION.ready, status: 'False', reason, message }, context);
    return error.terminal
      ? markStalled(ready, reason, message, context)
      : markReconciling(ready, REASON.progressingWithRetry, message, context);
  };
}

/** Whether fields changed that change the content at one and the same revision. */
function hasOtherContent(object: K8sObject): boolean {
  const status = isJsonObject(object['status']) ? object['status'] : {};
  return Object.entries(observedContent(object)).some(
    ([field, value]) => JSON.stringify(status[field] ?? null) !== JSON.stringify(value ?? null),
  );
}

function observedContent(object: K8sObject): JsonObject {
  const spec = isJsonObject(object['spec']) ? object['spec'] : {};
  return {
    observedIgnore: spec['ignore'] ?? null,
    observedSparseCheckout: spec['sparseCheckout'] ?? null,
    sourceVerificationMode: verificationModeOf(object) ?? null,
  };
}

function formatArtifact(object: K8sObject, revision: Revision, packed: PackedArtifact, now: number): JsonObject {
  const { namespace = '', name } = object.metadata;
  const path = `gitrepository/${namespace}/${name}/${revision.commit}.tar.gz`;
  return {
    digest: packed.digest,
    lastUpdateTime: formatConditionTime(now),
    path,
    revision: revision.revision,
    size: packed.sizeBytes,
    url: `${DRIVEN_SCHEME}://${path}`,
  };
}

function reasonOf(error: FluxError): string {
  if (error.code === 'reconcile/not-verified') return String(error.details?.['reason']);
  if (/^git\/(auth|invalid-auth|host-key)/.test(error.code) || error.code === 'reconcile/secret-not-found') {
    return REASON.authenticationFailed;
  }
  if (error.code === 'git/invalid-url') return REASON.invalidUrl;
  return error.code === 'git/empty-repository' ? REASON.emptyGitRepository : REASON.gitOperationFailed;
}

function revisionOf(artifact: JsonObject | undefined): { revision?: string } {
  const revision = artifact?.['revision'];
  return typeof revision === 'string' ? { revision } : {};
}

/** Upstream's length of a commit's first line in an event. */
function shorten(subject: string): string {
  return subject.length > 50 ? `${subject.slice(0, 50)}...` : subject;
}

function formatAge(seconds: number, now: number): string {
  const age = Math.max(0, Math.floor(now / 1_000 - seconds));
  if (age < 120) return `${age}s old`;
  if (age < 7_200) return `${Math.floor(age / 60)}m old`;
  return age < 172_800 ? `${Math.floor(age / 3_600)}h old` : `${Math.floor(age / 86_400)}d old`;
}

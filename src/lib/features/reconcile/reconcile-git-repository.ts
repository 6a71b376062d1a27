import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import { CONDITION, FIELD_MANAGER, FLUX_NAMESPACE, GROUP, REASON } from '../../core/flux.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { formatSubject, type K8sObject, type ObjectRef } from '../../core/objects.ts';
import { findCondition, readConditions } from '../../engine/conditions/index.ts';
import type { Commit } from '../../engine/git/index.ts';
import { selectSparse } from './build-source.ts';
import { findIncluded, hasOtherContent, hasOtherIncludes, observedContent } from './include-artifacts.ts';
import { judgeSourceFailure, type SourceStage } from './judge-source-failure.ts';
import type { ReconcilePorts } from './ports.ts';
import { readSourceProxy, readSourceRemote } from './read-source-remote.ts';
import { type EventText, recordEvent } from './record-event.ts';
import { artifactOf, currentRevision, formatArtifact, storageHostOf } from './source-artifact.ts';
import { fetchOptions, type FindSource, includedArtifactsOf, type SourceContents } from './source-contents.ts';
import { beginSourceRun, observedGenerationOf, type SourceRun } from './source-run.ts';
import { readSourceShape, type SourceShape } from './source-shape.ts';
import { clusterStatusStore, type StatusStore } from './status-store.ts';
import { tellFailure } from './tell-failure.ts';
import { formatReportedError, type SourceReport } from './types.ts';
import { verificationModeOf, verifySource } from './verify-source.ts';

/** How to reconcile one source. */
export interface SourceOptions {
  /** Where fetched files are kept for the Kustomizations that follow. */
  readonly contents: SourceContents;
  /** Where the status goes; absent means the object itself, which must be in the cluster. */
  readonly store?: StatusStore;
  /** Where included sources are. Default: the cluster. */
  readonly find?: FindSource;
  /** Where the controllers would run. Default: flux-system. */
  readonly fluxNamespace?: string;
}

/** What a run found, ready for the status. */
interface SourceOutcome {
  readonly revision: string;
  readonly digest: string;
  /** False where the artifact is the one from before. */
  readonly isBuilt: boolean;
  readonly fields: JsonObject;
  readonly commit?: Commit;
  /** In order; the one on the artifact comes last. */
  readonly events: readonly EventText[];
}

/** Where a run is, for whoever catches what goes wrong. */
interface SourcePlace {
  stage: SourceStage;
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
  const event = (text: EventText): Promise<void> => recordEvent(store.current(), FIELD_MANAGER.source, text, ports);
  if (store.current().metadata.deletionTimestamp !== undefined) {
    // Its artifacts are in a local store, where nothing has to be cleaned up.
    await store.removeFinalizer();
    progress.success(`${formatSubject(ref)} let go`);
    return finish({ outcome: 'done' });
  }
  await store.addFinalizer();
  const object = store.current();
  const before = artifactOf(object);
  const run = beginSourceRun(object, () => world.now());
  if (isJsonObject(object['spec']) && object['spec']['suspend'] === true) {
    await store.update(run.finish({ kind: 'nothing' }));
    progress.warning(`${formatSubject(ref)} is suspended, not fetched`);
    return finish({ outcome: 'suspended', ...revisionOf(before) });
  }
  const shape = readSourceShape(object);
  const place: SourcePlace = { stage: 'proxy' };
  try {
    const outcome = await runSource(object, shape, run, place, ports, options);
    const change = run.finish({ kind: 'success' });
    await store.update({ ...change, fields: { ...change.fields, ...outcome.fields } });
    for (const text of outcome.events) await event(text);
    const { revision, digest, commit, isBuilt } = outcome;
    const age = commit === undefined ? 'nothing new' : formatAge(commit.author.timeSeconds, world.now());
    progress.action(`${formatSubject(ref)}: ${revision} (${isBuilt ? age : 'nothing new'})`);
    const isNew = before?.['revision'] !== revision;
    return finish({ outcome: 'done', revision, digest, isNew });
  } catch (cause) {
    if (ports.signal?.aborted === true) throw ports.signal.reason;
    const error = isFluxError(cause) ? cause : new FluxError('reconcile/failed', messageOf(cause), { cause });
    const verdict = judgeSourceFailure(error, place.stage, shape, before !== undefined);
    await store.update(run.finish({ kind: 'failure', verdict }));
    const type = verdict.kind === 'waiting' ? 'Normal' : 'Warning';
    await event({ type, reason: verdict.reason, message: verdict.message });
    tellFailure(error, progress, formatSubject(ref));
    return finish({ outcome: 'failed', ...revisionOf(before), error: formatReportedError(error) });
  }
}

/** The steps of source-controller in its order. */
async function runSource(
  object: K8sObject,
  shape: SourceShape,
  run: SourceRun,
  place: SourcePlace,
  ports: ReconcilePorts,
  { contents, find = (ref) => ports.kube.get(ref), fluxNamespace = FLUX_NAMESPACE }: SourceOptions,
): Promise<SourceOutcome> {
  const secrets = ports.secrets ?? ports.kube;
  const before = artifactOf(object);
  begin(object, run, before !== undefined);
  const proxy = await readSourceProxy(object, secrets);
  place.stage = 'login';
  const remote = await readSourceRemote(object, shape, proxy, { ...ports, secrets });
  place.stage = 'include';
  const included = await findIncluded(object, shape, find);
  run.remove(CONDITION.includeUnavailable);
  if (hasOtherIncludes(included, includedArtifactsOf(object))) {
    run.progress(true, 'building artifact: included artifacts differ from last observed includes');
  }
  run.remove(CONDITION.artifactOutdated);

  place.stage = 'checkout';
  const isUnchanged = before !== undefined && !hasOtherContent(object, included);
  const mode = verificationModeOf(object);
  // What a tag or a branch means is compared first, and nothing more is done; a semver range or a commit is verified each time.
  const isCompared = shape.refKind !== 'semver' && shape.refKind !== 'commit';
  const canSkip = isUnchanged && run.has(CONDITION.artifactInStorage, 'True') && (isCompared || mode === undefined);
  const { revision, tree } = await ports.git.fetchRevision(remote, shape.ref, {
    ...fetchOptions(shape, contents.packs, ports),
    ...(canSkip ? { observed: currentRevision(String(before['revision'])) } : {}),
  });
  run.remove(CONDITION.fetchFailed);
  if (tree === undefined && before !== undefined) {
    if (!isCompared) run.remove(CONDITION.sourceVerified);
    markStored(run, revision.revision);
    const fields = !isCompared && mode === undefined ? { sourceVerificationMode: null } : {};
    const events = [...recoveryEvents(object, before, revision.revision), unchangedEvent(revision.revision, isCompared)];
    return { revision: revision.revision, digest: String(before['digest']), isBuilt: false, fields, events };
  }
  if (tree === undefined) throw new FluxError('reconcile/failed', 'the remote gave no commit');

  const { commit } = tree;
  const events: EventText[] = [];
  place.stage = 'sparse';
  selectSparse(tree.entries, shape, object);
  place.stage = 'verify';
  // Before its submodules are fetched: an unsigned commit is not to say from where anything is.
  if (mode === undefined) run.remove(CONDITION.sourceVerified);
  else {
    const message = await verifySource(
      object,
      mode,
      { commit, revision, ...(tree.tag === undefined ? {} : { tag: tree.tag }) },
      secrets,
    );
    run.set(CONDITION.sourceVerified, 'True', REASON.succeeded, message);
    events.push({ type: 'Normal', reason: REASON.succeeded, message });
  }
  const fields = { sourceVerificationMode: mode ?? null };
  if (isUnchanged && before['revision'] === revision.revision) {
    markStored(run, revision.revision);
    events.push(...recoveryEvents(object, before, revision.revision, commit), unchangedEvent(revision.revision, false));
    return { revision: revision.revision, digest: String(before['digest']), isBuilt: false, fields, commit, events };
  }
  const isNew = before?.['revision'] !== revision.revision;
  place.stage = 'checkout';
  const content = await contents.build(object, { remote, tree }, included, (stage) => {
    place.stage = stage;
    if (isNew && stage === 'copy') run.progress(true, `building artifact: new upstream revision '${revision.revision}'`);
  });
  run.remove(CONDITION.storageOperationFailed);
  markStored(run, revision.revision);
  const artifact = formatArtifact(object, revision, content, ports.world.now(), storageHostOf(before, fluxNamespace));
  const { digest } = content;
  const message = `stored artifact for commit '${shorten(commit)}'`;
  if (before?.['digest'] === digest) events.push(...recoveryEvents(object, artifact, revision.revision, commit));
  else events.push({ type: 'Normal', reason: REASON.newArtifact, message, metadata: eventMetadata(revision.revision, digest) });
  return {
    revision: revision.revision,
    digest,
    isBuilt: true,
    fields: { ...fields, artifact, ...observedContent(object, included) },
    commit,
    events,
  };
}

/** What source-controller says before it does anything. */
function begin(object: K8sObject, run: SourceRun, hasArtifact: boolean): void {
  const { generation = 0 } = object.metadata;
  const observed = observedGenerationOf(object);
  run.progress(false, 'reconciliation in progress');
  if (observed !== generation) run.progress(false, `processing object: new generation ${observed} -> ${generation}`);
  run.remove(CONDITION.storageOperationFailed);
  if (!hasArtifact) {
    run.progress(true, 'building artifact');
    run.remove(CONDITION.artifactInStorage);
  }
  if (run.has(CONDITION.sourceVerified, 'False')) run.remove(CONDITION.sourceVerified);
}

function markStored(run: SourceRun, revision: string): void {
  run.remove(CONDITION.artifactOutdated);
  run.set(CONDITION.artifactInStorage, 'True', REASON.succeeded, `stored artifact for revision '${revision}'`);
}

/** Upstream's two ways to say that nothing was to be done. */
function unchangedEvent(revision: string, isCompared: boolean): EventText {
  return isCompared
    ? {
        type: 'Normal',
        reason: REASON.gitOperationSucceeded,
        message: `no changes since last reconciliation: observed revision '${revision}'`,
      }
    : { type: 'Normal', reason: REASON.artifactUpToDate, message: `artifact up-to-date with remote revision: '${revision}'` };
}

/** Tells that a source is well again, though its artifact is the one from before. */
function recoveryEvents(object: K8sObject, artifact: JsonObject, revision: string, commit?: Commit): EventText[] {
  const failures = [CONDITION.fetchFailed, CONDITION.includeUnavailable, CONDITION.storageOperationFailed];
  const conditions = readConditions(object);
  if (!failures.some((type) => findCondition(conditions, type) !== undefined)) return [];
  const message = `stored artifact for commit '${commit === undefined ? revision : shorten(commit)}'`;
  return [{ type: 'Normal', reason: REASON.succeeded, message, metadata: eventMetadata(revision, String(artifact['digest'])) }];
}

function eventMetadata(revision: string, digest: string): Record<string, string> {
  return { [`${GROUP.source}/revision`]: revision, [`${GROUP.source}/digest`]: digest };
}

/** Reads an object that must be there. */
export async function readObject(ref: ObjectRef, ports: ReconcilePorts): Promise<K8sObject> {
  const object = await ports.kube.get(ref);
  if (object !== undefined) return object;
  throw new FluxError('reconcile/not-found', `${formatSubject(ref)} not found`, { subject: ref });
}

function revisionOf(artifact: JsonObject | undefined): { revision?: string } {
  const revision = artifact?.['revision'];
  return typeof revision === 'string' ? { revision } : {};
}

/** Upstream's length of a commit's first line in an event. */
function shorten({ message }: Commit): string {
  const letters = Array.from(message.split('\n', 1)[0] ?? '');
  return letters.length > 50 ? `${letters.slice(0, 50).join('')}...` : letters.join('');
}

function formatAge(seconds: number, now: number): string {
  const age = Math.max(0, Math.floor(now / 1_000 - seconds));
  if (age < 120) return `${age}s old`;
  if (age < 7_200) return `${Math.floor(age / 60)}m old`;
  return age < 172_800 ? `${Math.floor(age / 3_600)}h old` : `${Math.floor(age / 86_400)}d old`;
}

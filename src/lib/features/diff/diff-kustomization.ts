import { FluxError, isFluxError } from '../../core/errors.ts';
import { GROUP } from '../../core/flux.ts';
import { formatSubject, groupOf, type K8sObject, type ObjectRef } from '../../core/objects.ts';
import { ownerLabelsOf, planDelete } from '../../engine/ssa/index.ts';
import { type BuiltKustomization, buildTree, type KustomizationBuildWorld } from '../build/index.ts';
import {
  actAs,
  type ActingIdentity,
  compileIgnoreRules,
  type Kustomization,
  listDoomed,
  listMembers,
  planIntent,
  readInventory,
  readKustomization,
  type ReconcilePorts,
  shortName,
} from '../reconcile/index.ts';
import { comingOf, planObjects } from './plan-objects.ts';
import type { DiffAction, DiffResult, KustomizationDiff, ObjectDiff } from './types.ts';

/** What is compared, and how. */
export interface DiffOptions {
  readonly namespace: string;
  readonly name: string;
  /** Folder with the manifests; it stands for `spec.path`. */
  readonly path: string;
  /** File with the Kustomization; empty means that of the cluster. */
  readonly file: string;
  /** Takes a Kustomization that is not in the cluster for a new one; it needs `file`. */
  readonly ignoreNotFound: boolean;
  /** Refuses variables without value and default, as the controller does. */
  readonly strictSubstitution: boolean;
  readonly ignorePaths: readonly string[];
  readonly recursive: boolean;
  /** Folders by source, `Kind/namespace/name`. */
  readonly localSources: Readonly<Record<string, string>>;
  /** Looks with the rights of the caller, rather than with those of the account that will apply. */
  readonly asCaller: boolean;
  /** Who acts where the spec names nobody; absent means the caller. */
  readonly defaultServiceAccount?: string;
}

/**
 * Tells what reconciling a Kustomization with the files of a local folder would change: built, prepared and asked of the API
 * server by the code and under the account that will apply it. Nothing is written.
 *
 * Effects: reads the disk and the cluster
 * Source: fluxcd/flux2 internal/build/diff.go
 * Differs: see the README of this part
 *
 * @throws {FluxError} diff/not-found, diff/file-missing; those of the build and of opening another cluster. An object that
 * cannot be compared is a result: `failed`
 */
export async function diffKustomization(
  options: DiffOptions,
  world: Omit<KustomizationBuildWorld, 'openCluster' | 'decrypt'>,
  ports: ReconcilePorts,
): Promise<{ readonly result: DiffResult; readonly error?: FluxError }> {
  if (options.ignoreNotFound && options.file === '') {
    throw new FluxError('diff/file-missing', '--ignore-not-found needs --kustomization-file', {
      hint: 'name the file with the Kustomization: --kustomization-file=FILE',
    });
  }
  const ref = refOfKustomization(options.namespace, options.name);
  const live = await ports.kube.get(ref);
  if (live === undefined && !options.ignoreNotFound) {
    throw new FluxError(
      'diff/not-found',
      `failed to get kustomization object: kustomizations.${GROUP.kustomize} "${options.name}" not found`,
      { subject: ref, hint: 'one that is new: --kustomization-file=FILE --ignore-not-found' },
    );
  }
  ports.progress.live?.('diff', 'building');
  const builds = await buildTree(
    { ...options, dryRun: false },
    {
      ...world,
      openCluster: () => Promise.resolve(ports.kube),
      ...(ports.decrypt === undefined ? {} : { decrypt: ports.decrypt }),
    },
  );
  const all = builds.flatMap(({ objects }) => objects.flatMap(listMembers));
  const diffs: KustomizationDiff[] = [];
  const failures: FluxError[] = [];
  const seen = new Set<string>(builds.map(({ kustomization: { metadata } }) => `${metadata.namespace ?? ''}/${metadata.name}`));
  try {
    for (const build of builds) diffs.push(...(await diffBuild(build, all, options, ports, seen, failures)));
  } finally {
    ports.progress.live?.('diff', undefined);
  }
  const error = failureOf(failures);
  return { result: resultOf(diffs), ...(error === undefined ? {} : { error }) };
}

async function diffBuild(
  { kustomization: object, objects, decrypted, secretValues }: BuiltKustomization,
  all: readonly K8sObject[],
  options: DiffOptions,
  ports: ReconcilePorts,
  seen: Set<string>,
  failures: FluxError[],
): Promise<KustomizationDiff[]> {
  const { metadata } = object;
  const live = await getOrNothing(refOfKustomization(metadata.namespace ?? '', metadata.name), ports);
  const kustomization = readKustomization(object);
  const subject = formatSubject(kustomization.ref);
  ports.progress.live?.('diff', `${subject}: dry run of ${objects.length} objects`);
  if (kustomization.isSuspended) ports.progress.warning(`${subject} is suspended: nothing happens until it is resumed`);
  const acting = await open(kustomization, all, options, ports);
  try {
    const before = live === undefined ? undefined : readInventory(live);
    const intent = await planIntent(objects.flatMap(listMembers), before, kustomization);
    const planned = await planObjects(intent.objects, acting, {
      force: kustomization.force,
      ignoreRules: await compileIgnoreRules(kustomization),
      coming: comingOf(all, kustomization.dependsOn.length > 0),
      decrypted,
      secretValues,
      ...within(ports),
    });
    failures.push(...planned.failures);
    const gone = await planDelete(intent.staleRefs, acting.kube, { owner: intent.owner, ...within(ports) });
    const deleted = gone.map(describeDeleted);
    const own: KustomizationDiff = {
      namespace: kustomization.namespace,
      name: kustomization.name,
      state: live === undefined ? 'created' : 'changed',
      ...(acting.user === undefined ? {} : { user: acting.user }),
      ...(acting.server === undefined ? {} : { cluster: acting.server }),
      objects: [...planned.objects, ...deleted],
    };
    // What is in another cluster is not for this one's Kustomizations.
    return [own, ...(acting.server === undefined ? await cascade(gone, options, ports, seen) : [])];
  } finally {
    await acting.close();
  }
}

/** A Kustomization that goes takes with it what it applied. */
async function cascade(
  gone: readonly ObjectRef[],
  options: DiffOptions,
  ports: ReconcilePorts,
  seen: Set<string>,
): Promise<KustomizationDiff[]> {
  const diffs: KustomizationDiff[] = [];
  for (const ref of gone) {
    const key = `${ref.namespace ?? ''}/${ref.name}`;
    if (ref.kind !== 'Kustomization' || groupOf(ref) !== GROUP.kustomize || seen.has(key)) continue;
    seen.add(key);
    const object = await ports.kube.get(ref);
    if (object === undefined) continue;
    const kustomization = readKustomization(object);
    const acting = await open(kustomization, [], options, ports);
    try {
      const owner = ownerLabelsOf(kustomization);
      const refs = await planDelete(listDoomed(kustomization, readInventory(object)), acting.kube, { owner, ...within(ports) });
      diffs.push({
        namespace: kustomization.namespace,
        name: kustomization.name,
        state: 'deleted',
        ...(acting.user === undefined ? {} : { user: acting.user }),
        ...(acting.server === undefined ? {} : { cluster: acting.server }),
        objects: refs.map(describeDeleted),
      });
      if (acting.server === undefined) diffs.push(...(await cascade(refs, options, ports, seen)));
    } finally {
      await acting.close();
    }
  }
  return diffs;
}

function describeDeleted(ref: ObjectRef): ObjectDiff {
  const isRelease = ref.kind === 'HelmRelease' && groupOf(ref) === GROUP.helm;
  return { ...ref, action: 'deleted', ...(isRelease ? { note: 'its release is uninstalled' } : {}) };
}

/** Opens the cluster as the account that will apply; one that comes with this very change has no rights yet to look with. */
async function open(
  kustomization: Kustomization,
  all: readonly K8sObject[],
  options: DiffOptions,
  ports: ReconcilePorts,
): Promise<ActingIdentity> {
  const own = { identity: 'own', kube: ports.kube } as const;
  const acting = await actAs(kustomization, options.defaultServiceAccount, own, ports);
  if (acting.user === undefined) return acting;
  if (options.asCaller) return withoutUser(acting);
  const name = shortName(acting.user);
  const comes = all.some(
    ({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name === name && metadata.namespace === kustomization.namespace,
  );
  if (!comes) return acting;
  const ref = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: kustomization.namespace, name };
  if ((await acting.viewer.kube.get(ref)) !== undefined) return acting;
  ports.progress.warning(
    `${formatSubject(kustomization.ref)}: ${formatSubject(ref)} is not there yet, compared with the rights of the caller`,
  );
  return withoutUser(acting);
}

function withoutUser({ user: _user, ...acting }: ActingIdentity): ActingIdentity {
  return { ...acting, kube: acting.viewer.kube };
}

async function getOrNothing(ref: ObjectRef, { kube }: ReconcilePorts): Promise<K8sObject | undefined> {
  try {
    return await kube.get(ref);
  } catch (error) {
    // The definition comes with this change.
    if (isFluxError(error, 'kube/unknown-kind')) return undefined;
    throw error;
  }
}

function refOfKustomization(namespace: string, name: string): ObjectRef {
  return { apiVersion: `${GROUP.kustomize}/v1`, kind: 'Kustomization', namespace, name };
}

function within({ signal }: ReconcilePorts): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

const CHANGES: readonly DiffAction[] = ['created', 'drifted', 'recreated', 'deleted'];

function resultOf(diffs: readonly KustomizationDiff[]): DiffResult {
  const actions: readonly DiffAction[] = [...CHANGES, 'skipped', 'unchanged', 'failed'];
  const objects = diffs.flatMap((diff) => diff.objects);
  const count = (action: DiffAction): number => objects.filter((object) => object.action === action).length;
  const counts = Object.fromEntries(actions.map((action) => [action, count(action)])) as Record<DiffAction, number>;
  return { changed: CHANGES.some((action) => counts[action] > 0), counts, kustomizations: diffs };
}

/** One failure for all objects that could not be compared. */
function failureOf(errors: readonly FluxError[]): FluxError | undefined {
  const [only] = errors;
  if (only === undefined) return undefined;
  const isDenied = errors.some(({ cause }) => isFluxError(cause, 'kube/forbidden'));
  const hint = isDenied
    ? { hint: 'compare with your own rights: --as-caller; or see what the account lacks: flux-ts rbac check kustomization' }
    : {};
  const message = errors.length === 1 ? only.message : `${errors.length} objects could not be compared`;
  return new FluxError('diff/failed', message, { ...hint, errors: errors.length === 1 ? [] : errors, cause: only });
}

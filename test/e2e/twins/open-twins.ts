import { setTimeout as sleep } from 'node:timers/promises';
import type { K8sObject } from '../../../src/lib/core/objects.ts';
import { readCondition, readPath, readText } from '../../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../../src/lib/engine/kube/index.ts';
import { drive } from '../../../src/lib/features/reconcile/index.ts';
import { applyDefinitions } from '../../support/apply-definitions.ts';
import { connectKube } from '../../support/connect-kube.ts';
import { drivePorts } from '../../support/drive-ports.ts';
import { type FluxControllers, startFluxControllers } from '../../support/flux-controllers.ts';
import { type GitServer, startGitServer } from '../../support/git-server.ts';
import { startSandbox, type TestSandbox } from '../../support/sandbox.ts';
import { createKustomization, createSource, KUSTOMIZATION, refOf, request, REQUESTED_AT, SOURCE } from './flux-objects.ts';
import type { Hand, History, Step } from './history.ts';
import { ON_PURPOSE } from '../../support/picture-masks.ts';
import { comparePictures, type Difference, takePicture } from '../../support/take-picture.ts';

const GOOD = 'True ReconciliationSucceeded';

/** How long the controllers have for a step, and how long two pictures may take to become the same: events are late. */
const STEP_TIMEOUT_MS = 90_000;
/** How long the controllers wait for a dependency. Shorter, and client-go would drop events: it lets 25 of an object through. */
const REQUEUE_MS = 5_000;
const PICTURE_TIMEOUT_MS = 12_000;

/** Two clusters of the same kind: in one the real controllers are at work, in the other nobody but `drive`. */
export interface Twins {
  /** Takes both through a history; returns what they did not agree on, a line each. */
  live(history: History): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Starts both clusters, a Git server for both, and the controllers of one. */
export async function openTwins(): Promise<Twins> {
  const open: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    for (const part of open.reverse()) await part.close();
  };
  const start = async (name: string): Promise<{ sandbox: TestSandbox; kube: KubeClient }> => {
    const sandbox = await startSandbox({ name, alone: true });
    open.push(sandbox);
    const kube = await connectKube(sandbox.kubeconfigPath);
    open.push(kube);
    await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
    return { sandbox, kube };
  };
  try {
    const driven = await start('driven');
    const controlled = await start('controlled');
    const git = await startGitServer();
    open.push(git);
    const controllers = await startFluxControllers({
      kubeconfigPath: controlled.sandbox.kubeconfigPath,
      clusterAdmin: true,
      flags: { 'kustomize-controller': [`--requeue-dependency=${REQUEUE_MS / 1_000}s`, '--concurrent=8'] },
    });
    open.push({ close: () => controllers.stop() });
    return { live: (history) => live(history, driven.kube, controlled.kube, git, controllers), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function live(
  history: History,
  driven: KubeClient,
  controlled: KubeClient,
  git: GitServer,
  controllers: FluxControllers,
): Promise<readonly string[]> {
  const namespace = `twin-${history.name}`;
  const hands: readonly Hand[] = [driven, controlled].map((kube) => ({ kube, namespace }));
  const both = (work: (hand: Hand) => Promise<void>): Promise<unknown> => Promise.all(hands.map(work));
  await git.create(namespace);
  await both(async (hand) => {
    await hand.kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await history.prepare?.(hand);
  });
  const told: string[] = [];
  /** What is wrong once stays wrong; it is told once. */
  const seen = new Set<string>();
  const alive = new Map(Object.entries(history.kustomizations));
  for (const [index, step] of history.steps.entries()) {
    const where = `${history.name}, step ${index + 1} (${step.title})`;
    if (step.commit !== undefined && step.specs !== undefined) throw new Error(`${where}: a commit and specs`);
    const revision = step.commit === undefined ? undefined : await git.commitFiles(namespace, step.commit, step.title);
    await both(async (hand) => step.before?.(hand));
    const work = async (hand: Hand): Promise<void> => {
      const ask = new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString();
      const isDriven = hand.kube === driven;
      if (index === 0) await createSource(hand, git.urlOf(namespace));
      else await request(hand, SOURCE, 'app', ask);
      if (!isDriven) await waitForSource(hand, revision ?? '');
      // A change of the source has its Kustomizations run by itself.
      const before = new Map<string, string>();
      for (const [name, spec] of alive) {
        if (index === 0) before.set(name, await createKustomization(hand, name, spec));
        else if (step.remove?.includes(name)) await hand.kube.delete(refOf(hand, KUSTOMIZATION, name));
        else if (revision === undefined) before.set(name, await request(hand, KUSTOMIZATION, name, ask, step.specs?.[name]));
      }
      const during = step.during?.(hand);
      if (isDriven) await drive({ from: 'cluster', namespace }, drivePorts(hand.kube), { fluxNamespace: namespace });
      else await waitForRest(hand, step, [...alive.keys()], before, revision, () => controllers.logs('kustomize-controller'));
      await during;
    };
    await both(work);
    for (const name of step.remove ?? []) alive.delete(name);
    for (const [name] of alive) {
      for (const hand of hands) {
        const found = readyOf(await hand.kube.get(refOf(hand, KUSTOMIZATION, name)));
        const wanted = step.ready?.[name] ?? GOOD;
        const side = hand.kube === driven ? 'driven' : 'controlled';
        if (!found.startsWith(wanted)) told.push(`${where}: Kustomization ${name} ${side} is ${found}, wanted ${wanted}`);
      }
    }
    await both(async (hand) => step.check?.(hand));
    for (const { object, path, ...sides } of await compare(history, driven, controlled, namespace)) {
      const text = JSON.stringify([object, path, sides]);
      if (seen.has(text)) continue;
      seen.add(text);
      told.push(`${where}: ${object}${path}\n    driven:     ${show(sides.driven)}\n    controlled: ${show(sides.controlled)}`);
    }
  }
  return told;
}

/** Compares until nothing is left to tell or the time is over. */
async function compare(
  history: History,
  driven: KubeClient,
  controlled: KubeClient,
  mark: string,
): Promise<readonly Difference[]> {
  const until = Date.now() + PICTURE_TIMEOUT_MS;
  for (;;) {
    const [ours, theirs] = await Promise.all([takePicture(driven, mark), takePicture(controlled, mark)]);
    const differences = comparePictures(ours, theirs).filter(
      (found) =>
        !ON_PURPOSE.some(
          (known) => known.history.test(history.name) && known.object.test(found.object) && known.path.test(found.path),
        ),
    );
    if (differences.length === 0 || Date.now() > until) return differences;
    await sleep(1_000);
  }
}

async function waitForSource(hand: Hand, revision: string): Promise<void> {
  await until(`source at ${revision}`, async () => {
    const source = await hand.kube.get(refOf(hand, SOURCE, 'app'));
    const handled =
      readText(source, 'metadata', 'annotations', REQUESTED_AT) === readText(source, 'status', 'lastHandledReconcileAt');
    const isRight = readText(source, 'status', 'artifact', 'revision').endsWith(revision);
    return handled && isRight && readPath(source, 'status', 'observedGeneration') === source?.metadata.generation;
  });
}

/** Waits until the controllers are through with a step: each Kustomization has had its run, and nothing moves any more. */
async function waitForRest(
  hand: Hand,
  step: Step,
  names: readonly string[],
  asked: ReadonlyMap<string, string>,
  revision: string | undefined,
  logs: () => string,
): Promise<void> {
  const isBlocked = Object.values(step.ready ?? {}).some((ready) => ready.includes('DependencyNotReady'));
  const calmMs = isBlocked ? REQUEUE_MS + 1_500 : 700;
  let last = '';
  let since = Date.now();
  const tail = (): string =>
    logs()
      .split('\n')
      .filter((line) => line.includes(hand.namespace))
      .slice(-5)
      .join('\n');
  await until(
    `${hand.namespace}: ${step.title}`,
    async () => {
      const objects: (K8sObject | undefined)[] = [];
      for (const name of names) objects.push(await hand.kube.get(refOf(hand, KUSTOMIZATION, name)));
      const isOver = objects.every((object, index) => {
        const name = names[index] ?? '';
        if (step.remove?.includes(name)) return object === undefined;
        if (object?.metadata.resourceVersion === asked.get(name)) return false;
        if (readPath(object, 'spec', 'suspend') === true) return true;
        const wanted = step.ready?.[name] ?? GOOD;
        const ready = readyOf(object);
        if (ready === '' || ready.startsWith('Unknown')) return false;
        if (ready.startsWith('False DependencyNotReady') && !wanted.includes('DependencyNotReady')) return false;
        if (revision === undefined) {
          return (
            readText(object, 'metadata', 'annotations', REQUESTED_AT) === readText(object, 'status', 'lastHandledReconcileAt')
          );
        }
        // A run that does not get as far as the files says what it was at in its message or not at all.
        if (wanted.includes('ArtifactFailed') || wanted.includes('DependencyNotReady')) return ready.startsWith(wanted);
        return readText(object, 'status', 'lastAttemptedRevision').endsWith(revision);
      });
      const now = JSON.stringify(objects.map((object) => object?.metadata.resourceVersion ?? ''));
      if (now !== last) since = Date.now();
      last = now;
      return isOver && Date.now() - since > calmMs;
    },
    tail,
  );
}

function readyOf(object: K8sObject | undefined): string {
  const ready = readCondition(object ?? {}, 'Ready');
  if (ready === undefined) return '';
  return `${readText(ready, 'status')} ${readText(ready, 'reason')} ${readText(ready, 'message')}`;
}

async function until(what: string, isTrue: () => Promise<boolean>, tail: () => string = () => ''): Promise<void> {
  const end = Date.now() + STEP_TIMEOUT_MS;
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error(`it did not come to be: ${what}\n${tail()}`);
    await sleep(150);
  }
}

function show(value: unknown): string {
  return value === undefined ? '(nothing)' : JSON.stringify(value).slice(0, 1_500);
}

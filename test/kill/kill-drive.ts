import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import type { GitServer } from '../support/git-server.ts';
import { ageLeases, checkAlive, checkDone, checkLeases, compareWithFresh, idsOf, prepare, type Tell } from './check-cluster.ts';
import { type DriveEnd, type DrivePlace, type KillMoment, runDriveProcess } from './drive-process.ts';
import { isSame, makeHistory, type PlannedCommit } from './make-history.ts';
import { createRandom, type Random } from './random.ts';

/** What to kill, how often, and where. */
export interface KillOptions {
  /** How many processes are killed, at least. */
  readonly runs: number;
  readonly seed: number;
  /** Folder of the package. */
  readonly root: string;
  readonly kube: KubeClient;
  readonly kubeconfigPath: string;
  readonly git: GitServer;
  /** Every so many killed processes the next one waits until the Leases run out, as it would in life. 0: never. */
  readonly waitEvery: number;
  readonly say: (line: string) => void;
}

/** What came of it. */
export interface KillReport {
  readonly histories: number;
  readonly killed: number;
  /** Processes that were over before their moment came. */
  readonly survived: number;
  /** Processes that waited for a dead one's Leases. */
  readonly waited: number;
  /** What was wrong, a line each. */
  readonly failures: readonly string[];
}

const COMMITS = 5;
/** Longer than a Lease lives after its last renewal. */
const LEASE_LIFE_MS = 36_000;

/**
 * Kills driving processes at random moments over histories of commits, and looks after each kill and after the next run that
 * nobody disturbs: every object is in an inventory, what lives through a commit is the same object, and in the end the cluster
 * is as if nothing had ever been killed.
 *
 * Effects: writes the cluster and repositories; starts and kills processes of its own
 */
export async function killDrive(options: KillOptions): Promise<KillReport> {
  const failures: string[] = [];
  const counts = { histories: 0, killed: 0, survived: 0, waited: 0 };
  let usual = { elapsedMs: 2_000, lines: 30 };
  while (counts.killed < options.runs) {
    const seed = options.seed + counts.histories;
    counts.histories++;
    const random = createRandom(seed);
    const home = mkdtempSync(join(tmpdir(), 'flux-ts-kill-'));
    const place: DrivePlace = { root: options.root, kubeconfigPath: options.kubeconfigPath, namespace: `kill-${seed}`, home };
    const tell = (what: string): void => {
      failures.push(`seed ${seed}: ${what}`);
      options.say(`✗ seed ${seed}: ${what}`);
    };
    try {
      const history = makeHistory(COMMITS, random);
      await prepare(place.namespace, options);
      // What must be the same object from now on, whatever is killed.
      let alive: PlannedCommit | undefined;
      for (const [index, commit] of history.entries()) {
        await options.git.commitFiles(place.namespace, commit.files, `Commit ${index + 1}`);
        alive = keepCommon(alive, commit);
        // Now and then a commit is killed twice, or not at all, or comes on top of a killed one.
        const kills = counts.killed >= options.runs ? 0 : random.pick([0, 1, 1, 1, 2, 2]);
        for (let kill = 0; kill < kills; kill++) {
          const ids = await idsOf(place.namespace, options.kube);
          const ended = await runDriveProcess(place, momentOf(random, usual));
          if (ended.code === undefined) counts.killed++;
          else {
            counts.survived++;
            if (ended.code !== 0) tell(`commit ${index + 1} ended with ${ended.code}: ${ended.stderr.slice(-600)}`);
          }
          // What the process had sent may still be under way.
          await sleep(300);
          await checkAlive(place.namespace, options.kube, alive, ids, tell);
          if (ended.code === undefined) counts.waited += await freeLeases(place, options, counts.killed, tell);
        }
        if (random.below(3) > 0 || index === history.length - 1) {
          const ended = await runDriveProcess(place);
          if (ended.code !== 0) tell(`commit ${index + 1}, undisturbed, ended with ${ended.code}: ${ended.stderr.slice(-600)}`);
          else usual = blend(usual, ended);
          await checkDone(place.namespace, options.kube, commit, tell);
          await checkLeases(place.namespace, options.kube, tell);
          alive = commit;
        }
      }
      const run = async (namespace: string): Promise<void> => {
        const ended = await runDriveProcess({ ...place, namespace });
        if (ended.code !== 0) tell(`the fresh one ended with ${ended.code}: ${ended.stderr.slice(-600)}`);
      };
      await compareWithFresh(place.namespace, options, run, tell);
    } finally {
      rmSync(home, { recursive: true, force: true });
      await options.kube.delete({ apiVersion: 'v1', kind: 'Namespace', name: place.namespace });
    }
    options.say(`► seed ${seed}: ${counts.killed} killed, ${counts.survived} were faster, ${failures.length} failures`);
  }
  return { ...counts, failures };
}

function momentOf(random: Random, usual: { elapsedMs: number; lines: number }): KillMoment {
  if (random.below(2) === 0) return { afterMs: Math.round(random.next() * usual.elapsedMs * 1.1) };
  return { afterLines: 1 + random.below(Math.max(1, usual.lines)) };
}

function blend(usual: { elapsedMs: number; lines: number }, ended: DriveEnd): { elapsedMs: number; lines: number } {
  return { elapsedMs: (usual.elapsedMs + ended.elapsedMs) / 2, lines: Math.round((usual.lines + ended.lines) / 2) };
}

/** What is in both: after several commits of which none was finished, only that has to live on. */
function keepCommon(before: PlannedCommit | undefined, commit: PlannedCommit): PlannedCommit {
  if (before === undefined) return commit;
  const common = [...before.objects].filter(([id, object]) => isSame(object, commit.objects.get(id)));
  return { files: {}, objects: new Map(common) };
}

/**
 * Lets the next process begin. A dead process's Lease refuses it first; then either the time is waited for, or the Lease is
 * made to look as if it had passed.
 *
 * @returns 1 where it was waited
 */
async function freeLeases(place: DrivePlace, { kube, waitEvery }: KillOptions, killed: number, tell: Tell): Promise<number> {
  if (waitEvery === 0 || killed % waitEvery !== 0) {
    await ageLeases(place.namespace, kube);
    return 0;
  }
  const early = await runDriveProcess(place);
  if (early.code === 0) return 0;
  if (early.code !== 1 || !/is held by/.test(early.stderr))
    tell(`a held Lease did not stop the next: ${early.code} ${early.stderr}`);
  await sleep(LEASE_LIFE_MS);
  return 1;
}

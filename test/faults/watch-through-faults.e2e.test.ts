import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ageLeases, checkDone, checkLeases, compareWithFresh, prepare } from '../kill/check-cluster.ts';
import { KUSTOMIZATIONS, makeHistory, type PlannedCommit } from '../kill/make-history.ts';
import { createRandom } from '../kill/random.ts';
import type { CliWorld } from '../support/cli-world.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import type { GitServer } from '../support/git-server.ts';
import { type CliRun, runCli, runOk } from '../support/run-cli.ts';
import { checkHonest } from './check-honest.ts';
import { chosenSeeds, makeFaults } from './make-faults.ts';
import { type FaultGround, openFaultGround } from './open-fault-ground.ts';

const COMMITS = 3;
/** How long the faults of a commit last, if it is not reconciled sooner. */
const FAULTS_MS = 8_000;
/** A commit is not reconciled by then: nothing goes on any more. */
const PATIENCE_MS = 120_000;
const LOOK_MS = 250;
const LAST_EVENTS = 20;

/** A process that goes on, as a supervisor would start it again where it ends by itself. */
interface Supervised {
  readonly ends: readonly CliRun[];
  stop(): Promise<CliRun>;
}

describe('drive --watch with faults between it and the API server', { timeout: 900_000 }, () => {
  let ground: FaultGround;
  let world: CliWorld;
  let git: GitServer;

  before(async () => {
    ground = await openFaultGround('watch-faults');
    ({ world, git } = ground);
  });

  after(() => ground?.close());

  for (const seed of chosenSeeds()) {
    it(`reconciles each commit once the faults are over, and leaves when it is told to: seed ${seed}`, async (t) => {
      const random = createRandom(seed + 1_000);
      const namespace = `watched-${seed}`;
      const history = makeHistory(COMMITS, random);
      let isCalm = false;
      const decide = makeFaults(random);
      const proxy = await startFaultProxy(ground.kubeconfigPath, (request) => (isCalm ? undefined : decide(request)));
      t.after(() => proxy.close());
      await prepare(namespace, { kube: world.kube, git });
      // Commits are to be found soon; nothing else tells a driven run of them.
      await world.kube.patch(
        { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', namespace, name: 'app' },
        { spec: { interval: '1s' } },
        { type: 'merge' },
      );
      // As upstream, what failed is tried again at its own interval only.
      for (const name of Object.keys(KUSTOMIZATIONS)) {
        await world.kube.patch(
          { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', namespace, name },
          { spec: { retryInterval: '1s' } },
          { type: 'merge' },
        );
      }
      const failures: string[] = [];
      const watching = supervise(proxy, namespace, world);
      for (const [index, commit] of history.entries()) {
        isCalm = false;
        await git.commitFiles(namespace, commit.files, `Commit ${index + 1}`);
        await waitDone(namespace, world, commit, FAULTS_MS);
        // Where each tenth request fails, few runs come through; once nothing fails any more, all must.
        isCalm = true;
        failures.push(...(await waitDone(namespace, world, commit, PATIENCE_MS)));
      }
      // Whoever is told to leave while nothing can be written cannot tidy up; that is the other test's.
      const last = await watching.stop();
      assert.equal(last.code, 0, last.stderr);
      for (const end of watching.ends) checkHonest(end, (what) => void failures.push(what));
      await checkLeases(namespace, world.kube, (what) => void failures.push(what));
      const drive = (fresh: string) => runOk(['drive', '-n', fresh], { env: { ...world.env, FLUX_SYSTEM_NAMESPACE: fresh } });
      await compareWithFresh(
        namespace,
        { kube: world.kube, git },
        async (fresh) => void (await drive(fresh)),
        (what) => {
          // The meddler's annotation is nobody's drift.
          if (!what.includes('example.com/meddler')) failures.push(what);
        },
      );
      if (failures.length > 0) t.diagnostic(`the last that happened: ${last.stdout.split('\n').slice(-LAST_EVENTS).join('\n')}`);
      t.diagnostic(`ended by itself ${watching.ends.length} times; ${JSON.stringify(proxy.made)}`);
      assert.deepEqual(failures, []);
      assert.ok(Object.keys(proxy.made).length > 0, 'there were faults');
    });
  }
});

/** Looks until all is as the commit wants it; what is still wrong when patience ends is returned. */
async function waitDone(
  namespace: string,
  world: CliWorld,
  commit: PlannedCommit,
  patienceMs: number,
): Promise<readonly string[]> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const wrong: string[] = [];
    await checkDone(namespace, world.kube, commit, (what) => void wrong.push(what));
    if (wrong.length === 0 || Date.now() > deadline) return wrong;
    await sleep(LOOK_MS);
  }
}

function supervise(proxy: FaultProxy, namespace: string, world: CliWorld): Supervised {
  const ends: CliRun[] = [];
  const env = { ...world.env, KUBECONFIG: proxy.kubeconfigPath, FLUX_SYSTEM_NAMESPACE: namespace };
  const stop = new AbortController();
  const keepRunning = async (): Promise<CliRun> => {
    for (;;) {
      const run = await runCli(['drive', '--watch', '-n', namespace, '-o', 'json'], { env, signal: stop.signal });
      if (stop.signal.aborted) return run;
      ends.push(run);
      // What it could not give back runs out by itself; nobody waits for that here.
      await ageLeases(namespace, world.kube);
      await sleep(LOOK_MS);
    }
  };
  const running = keepRunning();
  return {
    ends,
    stop() {
      stop.abort(new Error('SIGTERM'));
      return running;
    },
  };
}

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ageLeases, checkDone, compareWithFresh, prepare } from '../kill/check-cluster.ts';
import { makeHistory } from '../kill/make-history.ts';
import { createRandom } from '../kill/random.ts';
import type { CliWorld } from '../support/cli-world.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import type { GitServer } from '../support/git-server.ts';
import { type CliRun, runCli, runOk } from '../support/run-cli.ts';
import { checkHonest } from './check-honest.ts';
import { chosenSeeds, makeFaults } from './make-faults.ts';
import { type FaultGround, openFaultGround } from './open-fault-ground.ts';

const COMMITS = 3;
const LIMIT_S = 15;
/** Far beyond the time limit: what is not over by then hangs. */
const HANGS_MS = 60_000;

describe('drive with faults between it and the API server', { timeout: 900_000 }, () => {
  let opened: FaultGround;
  let world: CliWorld;
  let git: GitServer;

  before(async () => {
    opened = await openFaultGround('faults');
    ({ world, git } = opened);
  });

  after(() => opened?.close());

  for (const seed of chosenSeeds()) {
    it(`succeeds or says why it did not, and the next run makes it good: seed ${seed}`, async (t) => {
      const random = createRandom(seed);
      const namespace = `faults-${seed}`;
      const history = makeHistory(COMMITS, random);
      const decide = makeFaults(random);
      const proxy = await startFaultProxy(opened.kubeconfigPath, decide);
      t.after(() => proxy.close());
      const ground = { kube: world.kube, git };
      const failures: string[] = [];
      const tell = (what: string): void => void failures.push(what);
      await prepare(namespace, ground);
      const codes: number[] = [];
      for (const [index, commit] of history.entries()) {
        await git.commitFiles(namespace, commit.files, `Commit ${index + 1}`);
        const run = await runThrough(proxy, namespace, world);
        codes.push(run.code);
        if (run.code === 0) await checkDone(namespace, world.kube, commit, tell);
        else checkHonest(run, tell);
        // What the run could not give back runs out by itself; nobody waits for that here.
        await ageLeases(namespace, world.kube);
      }
      const env = { ...world.env, FLUX_SYSTEM_NAMESPACE: namespace };
      await runOk(['drive', '-n', namespace], { env });
      const last = history.at(-1);
      assert.ok(last !== undefined);
      await checkDone(namespace, world.kube, last, tell);
      await forgetMeddler(namespace, world);
      await compareWithFresh(
        namespace,
        ground,
        async (fresh) => {
          await runOk(['drive', '-n', fresh], { env: { ...world.env, FLUX_SYSTEM_NAMESPACE: fresh } });
        },
        tell,
      );
      t.diagnostic(`exit codes ${codes.join(', ')}; ${JSON.stringify(proxy.made)}`);
      assert.deepEqual(failures, []);
      assert.ok(Object.keys(proxy.made).length > 0, 'there were faults');
    });
  }
});

/** Runs the command through the proxy; one that does not come back is a failure of its own. */
async function runThrough(proxy: FaultProxy, namespace: string, world: CliWorld): Promise<CliRun> {
  const env = { ...world.env, KUBECONFIG: proxy.kubeconfigPath, FLUX_SYSTEM_NAMESPACE: namespace };
  const argv = ['drive', '-n', namespace, `--timeout=${LIMIT_S}s`, '-o', 'json'];
  let timer: NodeJS.Timeout | undefined;
  const hangs = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`it hangs: not over after ${HANGS_MS} ms with --timeout=${LIMIT_S}s`)), HANGS_MS);
  });
  try {
    return await Promise.race([runCli(argv, { env }), hangs]);
  } finally {
    clearTimeout(timer);
  }
}

/** Takes off what the conflicting writer wrote; it is nobody's drift and would stay. */
async function forgetMeddler(namespace: string, { kube }: CliWorld): Promise<void> {
  for (const [group, kind] of [
    ['source', 'GitRepository'],
    ['kustomize', 'Kustomization'],
  ] as const) {
    const ref = { apiVersion: `${group}.toolkit.fluxcd.io/v1`, kind };
    for (const { metadata } of (await kube.list(ref, { namespace })).items) {
      const patch = { metadata: { annotations: { 'example.com/meddler': null } } };
      await kube.patch({ ...ref, namespace, name: metadata.name }, patch, { type: 'merge' });
    }
  }
}

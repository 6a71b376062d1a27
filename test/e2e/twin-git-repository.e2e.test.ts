import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/lib/core/json.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { readList, readText } from '../../src/lib/core/read-object.ts';
import { openStore } from '../../src/lib/engine/artifact/index.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { drive, type DriveReport } from '../../src/lib/features/reconcile/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { drivePorts } from '../support/drive-ports.ts';
import { type FluxControllers, startFluxControllers } from '../support/flux-controllers.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { createGitScenarios, type GitScenario } from '../support/git-twin-scenarios.ts';
import { runCli } from '../support/run-cli.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const SOURCE = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository' };
const LOGIN = { user: 'tester', password: 'open-sesame' };
/** The namespace of the controller and ours: of one length, since a longer path can change what a message looks like. */
const THEIRS = 'twin-theirs';
const OURS = 'twin-flux-ts';

/**
 * All that differs between two runs that did the same: when it was, where the tarball is served, which temporary folder was
 * used, how often an event came, and the namespace.
 */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/"(lastTransitionTime|lastUpdateTime)":"[^"]*"/g, '"$1":"TIME"'],
  [/"url":"http:\/\/[^/"]+\/gitrepository\//g, '"url":"URL/gitrepository/'],
  [/\/[^ :']*\/gitrepository-[a-z0-9-]+\/|\/[^ :']*\/flux-include-\d+\/unpack\/?/g, ''],
  [new RegExp(`${THEIRS}|${OURS}`, 'g'), 'NS'],
];

/** What the two say in their own words; type, status and reason are compared all the same. */
const OWN_WORDS: readonly string[] = ['submodules-bad', 'include-taken', 'include-nowhere'];

/** How a message ends where the machine was too busy to answer in time; there is a next try. */
const SLOW = 'context deadline exceeded';

/** Known difference: here these take the submodules that their own commit names, upstream those of the branch's head. */
const OWN_SUBMODULES: readonly string[] = ['submodules-semver', 'submodules-commit'];

/** What is included, in the order in which it has to be ready. */
const INCLUDED: readonly string[] = ['lib', 'include', 'bad-branch'];

describe('drive() of GitRepositories and the real source-controller', () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;
  let guarded: GitServer;
  let controllers: FluxControllers;
  let scenarios: readonly GitScenario[];
  let cache: string;

  before(async () => {
    sandbox = await startSandbox({ alone: true });
    kube = await connectKube(sandbox.kubeconfigPath);
    git = await startGitServer();
    guarded = await startGitServer(LOGIN);
    cache = await mkdtemp(join(tmpdir(), 'flux-ts-twin-'));
    await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
    const made = await createGitScenarios(git, guarded, LOGIN);
    scenarios = made.scenarios;
    for (const namespace of [THEIRS, OURS]) {
      await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      for (const secret of made.secrets) await kube.create({ ...secret, metadata: { ...secret.metadata, namespace } });
      for (const { name, spec } of scenarios) {
        const whole = { interval: '1h', timeout: '60s', ...spec };
        await kube.create({ ...SOURCE, metadata: { name, namespace }, spec: whole });
      }
    }
    controllers = await startFluxControllers({
      kubeconfigPath: sandbox.kubeconfigPath,
      clusterAdmin: true,
      controllers: ['source-controller'],
      namespace: THEIRS,
      flags: { 'source-controller': ['--watch-all-namespaces=false', '--requeue-dependency=5s', '--concurrent=4'] },
    });
  });

  after(async () => {
    await controllers?.stop();
    await git?.close();
    await guarded?.close();
    await kube?.close();
    await sandbox?.close();
    await rm(cache, { recursive: true, force: true });
  });

  it('leave the same status and events, to the digest of the tarball', async () => {
    await driveOurs();
    await compareAll({ isFirst: true });
    const ours = await readAll(OURS);
    const digestOf = (name: string) => readText(ours.get(name)?.status, 'artifact', 'digest');
    for (const name of OWN_SUBMODULES) assert.equal(digestOf(name), digestOf('submodules-tag'), name);
  });

  it('find nothing to do alike', async () => {
    await askAll('again', {});
    await driveOurs();
    const words = ['reconcile', 'source', 'git', 'include-two', '--drive', `--namespace=${OURS}`, '-o', 'json'];
    const env = { KUBECONFIG: sandbox.kubeconfigPath, HOME: cache, XDG_CACHE_HOME: cache };
    const { code, stdout, stderr } = await runCli(words, { env });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /"outcome": "done"/);
    await compareAll({ isFirst: false });
  });

  it('follow new commits and changed fields alike', async () => {
    await git.commitFiles('app', { 'deploy/a.yaml': 'a: 6\n' }, 'Six');
    await git.commitFiles('lib', { 'base/conf.yaml': 'lib: 2\n' }, 'Lib two');
    await askAll('changed', {
      branch: { ignore: '*.md' },
      'sparse-tag': { sparseCheckout: ['docs'] },
      'verify-both': { verify: null },
      'verify-ssh': { verify: { mode: 'HEAD', secretRef: { name: 'nothing' } } },
      'verify-semver': { verify: { mode: 'TagAndHEAD', secretRef: { name: 'login' } } },
      submodules: { recurseSubmodules: false },
      'bad-branch': { ref: { branch: 'main' } },
      tag: { ref: { tag: 'nowhere' } },
      'name-tag': { secretRef: { name: 'nothing' } },
      login: { secretRef: { name: 'bad-login' } },
      'include-missing': { include: [{ repository: { name: 'lib' }, toPath: 'x' }] },
      suspended: { interval: '2h' },
    });
    await driveOurs();
    await compareAll({ isFirst: false });
  });

  async function driveOurs(): Promise<DriveReport> {
    const store = await openStore(cache, { now: () => Date.now() });
    return drive({ from: 'cluster', namespace: OURS }, { ...drivePorts(kube), store });
  }

  /** Asks for all to be looked at again, what is included first, and changes some. */
  async function askAll(at: string, specs: Readonly<Record<string, JsonObject>>): Promise<void> {
    const metadata = { annotations: { 'reconcile.fluxcd.io/requestedAt': at } };
    const ask = async (name: string): Promise<void> => {
      const patch = specs[name] === undefined ? { metadata } : { metadata, spec: specs[name] };
      for (const namespace of [OURS, THEIRS]) await kube.patch({ ...SOURCE, namespace, name }, patch, { type: 'merge' });
    };
    for (const name of INCLUDED) {
      await ask(name);
      for (let turn = 0; turn < 60; turn += 1) {
        const source = await kube.get({ ...SOURCE, namespace: THEIRS, name });
        if (readText(source, 'status', 'lastHandledReconcileAt') === at) break;
        await sleep(200);
      }
    }
    for (const { name } of scenarios) if (!INCLUDED.includes(name)) await ask(name);
  }

  /**
   * Compares until theirs has come to rest: it retries, and meanwhile its status says so. For the same reason it tells more
   * events: of ours, each must be among them.
   */
  async function compareAll({ isFirst }: { isFirst: boolean }): Promise<void> {
    const differences = new Map<string, unknown>();
    for (let turn = 0; turn < 120; turn += 1) {
      differences.clear();
      const [ours, theirs] = await Promise.all([readAll(OURS), readAll(THEIRS)]);
      for (const { name } of scenarios) {
        if (OWN_SUBMODULES.includes(name)) continue;
        try {
          assert.deepEqual(ours.get(name)?.status, theirs.get(name)?.status);
          const told = ours.get(name)?.events ?? [];
          const theirTold = theirs.get(name)?.events ?? [];
          if (isFirst) assert.deepEqual(told.filter(isNoWait), theirTold.filter(isNoWait));
          assert.deepEqual(
            told.filter((line) => !theirTold.includes(line)),
            [],
          );
        } catch (error) {
          differences.set(name, error);
        }
      }
      if (differences.size === 0) return;
      await sleep(500);
    }
    const lines = [...differences].map(
      ([name, error]) => `## ${name}\n${error instanceof Error ? error.message : String(error)}`,
    );
    assert.fail(lines.join('\n\n'));
  }

  async function readAll(namespace: string): Promise<Map<string, Essence>> {
    const [sources, events] = await Promise.all([
      kube.list(SOURCE, { namespace }),
      kube.list({ apiVersion: 'v1', kind: 'Event' }, { namespace }),
    ]);
    return new Map(sources.items.map((source) => [source.metadata.name, essence(source, events.items)]));
  }
});

/** What two engines must agree on. */
interface Essence {
  readonly status: JsonObject;
  readonly events: readonly string[];
}

function essence(source: K8sObject, events: readonly K8sObject[]): Essence {
  const { name, finalizers = [] } = source.metadata;
  const hasOwnWords = OWN_WORDS.includes(name);
  const told = events
    .filter((event) => readText(event, 'involvedObject', 'name') === name && !readText(event, 'message').endsWith(SLOW))
    .map((event) => [readText(event, 'type'), readText(event, 'reason'), hasOwnWords ? '' : readText(event, 'message')]);
  const status = isJsonObject(source['status']) ? source['status'] : {};
  const conditions = readList(status, 'conditions').map((one) =>
    hasOwnWords && isJsonObject(one) ? { ...one, message: '' } : one,
  );
  const mask = (value: JsonValue): JsonValue =>
    JSON.parse(VOLATILE.reduce((text, [pattern, shown]) => text.replace(pattern, shown), JSON.stringify(value))) as JsonValue;
  return {
    status: mask({ ...status, finalizers, ...(conditions.length === 0 ? {} : { conditions }) }) as JsonObject,
    events: [...new Set((mask(told) as JsonValue[]).map((line) => JSON.stringify(line)))].toSorted(),
  };
}

/** Which of two comes first is chance for theirs, and it then waits for what it includes. */
function isNoWait(line: string): boolean {
  return !line.includes('NoArtifact') && !line.includes('NotFound');
}

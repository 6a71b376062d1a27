import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/lib/core/json.ts';
import { mapBounded } from '../../src/lib/core/map-bounded.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { SILENT } from '../../src/lib/core/progress.ts';
import { readCondition, readText } from '../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { sandboxDown, type SandboxPorts, sandboxUp } from '../../src/lib/features/sandbox/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { makeAccount, startFluxControllers } from '../support/flux-controllers.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { type Measurement, peakOf } from './measure.ts';

/** How much is reconciled. */
export interface EngineBenchSizes {
  /** Kustomizations of 4 ConfigMaps each. */
  readonly kustomizations: number;
  /** Kustomizations of which each depends on the one before. The controllers wait half a minute for each. */
  readonly chain: number;
  /** ConfigMaps of the one large Kustomization. */
  readonly objects: number;
  /** False leaves the controllers out, which take many minutes for a thousand. */
  readonly withControllers: boolean;
}

const SOURCE = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository' } as const;
const KUSTOMIZATION = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' } as const;
const REQUESTED_AT = 'reconcile.fluxcd.io/requestedAt';
const WORKERS = 20;
const WRITES_AT_ONCE = 16;
const TIMEOUT_MS = 30 * 60_000;

/** What is waited for. */
interface EngineRun {
  /** Resolves once all are ready. */
  readonly ready: Promise<void>;
  /** Resolves once the engine is done with them: a command has ended. */
  readonly over: Promise<void>;
}

/** An engine at work in a namespace of its own. */
interface Engine {
  readonly name: string;
  readonly namespace: string;
  /** Has Kustomizations reconciled whose objects have just been created or annotated. */
  run(names: readonly string[], askedAt: string | undefined): EngineRun;
  /** The most memory that it had so far, in MiB. */
  peakMiB(): number;
}

/**
 * The same Kustomizations through Flux's own controllers and through `flux-ts drive`, one after the other on one API server.
 * The source is fetched before the clock starts, for both; a command's start-up counts.
 */
export async function benchEngine(root: string, sizes: EngineBenchSizes): Promise<Measurement[]> {
  const state = mkdtempSync(join(tmpdir(), 'flux-ts-bench-'));
  const env = { ...process.env, XDG_STATE_HOME: state };
  const ports: SandboxPorts = { env, homeDir: homedir(), progress: SILENT, toolsDir: join(root, 'tools') };
  const git = await startGitServer();
  try {
    const { kubeconfig } = await sandboxUp({ name: 'bench' }, ports);
    const kube = await connectKube(kubeconfig);
    try {
      await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
      await commitFleet(git, sizes);
      const theirs = sizes.withControllers ? await benchControllers(kube, kubeconfig, git, sizes) : [];
      const ours = await benchDrive(root, state, kube, kubeconfig, git, sizes);
      return ours.flatMap((our, index) => compare(theirs[index], our));
    } finally {
      await kube.close();
    }
  } finally {
    await git.close();
    await sandboxDown({ name: 'bench' }, ports);
    rmSync(state, { recursive: true, force: true });
  }
}

async function benchControllers(
  kube: KubeClient,
  kubeconfigPath: string,
  git: GitServer,
  sizes: EngineBenchSizes,
): Promise<Figure[]> {
  const speed = ['--kube-api-qps=1000', '--kube-api-burst=2000'];
  const controllers = await startFluxControllers({
    kubeconfigPath,
    clusterAdmin: true,
    flags: { 'source-controller': speed, 'kustomize-controller': [`--concurrent=${WORKERS}`, ...speed] },
  });
  try {
    const namespace = 'controlled';
    return await bench(kube, git, sizes, {
      name: 'kustomize-controller',
      namespace,
      run: (names, askedAt) => ({ ready: waitReady(kube, namespace, names, askedAt), over: Promise.resolve() }),
      peakMiB: () => peakOf(controllers.pidOf('kustomize-controller')),
    });
  } finally {
    await controllers.stop();
  }
}

async function benchDrive(
  root: string,
  state: string,
  kube: KubeClient,
  kubeconfigPath: string,
  git: GitServer,
  sizes: EngineBenchSizes,
): Promise<Figure[]> {
  const namespace = 'driven';
  // A token, as the controllers have it: a certificate costs the API server a signature's check with each request.
  const account = { namespace: 'flux-system', name: 'flux-ts', clusterAdmin: true, kubeconfigPath };
  const tokenPath = join(state, 'kubeconfig');
  writeFileSync(tokenPath, await makeAccount(kube, account), { mode: 0o600 });
  let peak = 0;
  const words = ['drive', '-n', namespace, `--concurrent=${WORKERS}`, '--timeout=30m'];
  return bench(kube, git, sizes, {
    name: 'flux-ts drive',
    namespace,
    run(names, askedAt) {
      const program = join(root, 'bin', 'flux-ts');
      const over = runDrive(program, [...words.slice(0, 1), ...names, ...words.slice(1)], state, tokenPath).then((most) => {
        peak = Math.max(peak, most);
      });
      // A command that fails makes nothing ready.
      const failed = over.then(() => new Promise<never>(() => {}));
      return { ready: Promise.race([waitReady(kube, namespace, names, askedAt), failed]), over };
    },
    peakMiB: () => peak,
  });
}

/** What was measured, without a peer. */
interface Figure {
  readonly work: string;
  readonly engine: string;
  readonly value: number;
  readonly unit?: 'MiB';
}

async function bench(
  kube: KubeClient,
  git: GitServer,
  { kustomizations, chain, objects }: EngineBenchSizes,
  engine: Engine,
): Promise<Figure[]> {
  const { namespace } = engine;
  const figures: Figure[] = [];
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
  const measure = async (work: string, job: () => Promise<EngineRun>): Promise<void> => {
    const started = performance.now();
    const { ready, over } = await job();
    await ready;
    const value = performance.now() - started;
    await over;
    figures.push({ work, engine: engine.name, value });
    const rest = performance.now() - started - value;
    process.stderr.write(`  ${engine.name}: ${work}: ${seconds(value)}${rest < 1 ? '' : `, over ${seconds(rest)} later`}\n`);
  };
  const untilOver = async (names: readonly string[]): Promise<void> => {
    const { ready, over } = engine.run(names, undefined);
    await Promise.all([ready, over]);
  };
  const create = (name: string, path: string, spec: JsonObject = {}): Promise<K8sObject> =>
    kube.create({
      ...KUSTOMIZATION,
      metadata: { name, namespace },
      spec: {
        interval: '1h',
        path,
        prune: true,
        wait: true,
        targetNamespace: namespace,
        sourceRef: { kind: 'GitRepository', name: 'fleet' },
        ...spec,
      },
    });
  const again = async (names: readonly string[], at: string): Promise<EngineRun> => {
    const patch = { metadata: { annotations: { [REQUESTED_AT]: at } } };
    await mapBounded(names, WRITES_AT_ONCE, (name) =>
      kube.patch({ ...KUSTOMIZATION, namespace, name }, patch, { type: 'merge' }),
    );
    return engine.run(names, at);
  };
  await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await kube.create({
    ...SOURCE,
    metadata: { name: 'fleet', namespace },
    spec: { interval: '1h', url: git.urlOf('fleet'), ref: { branch: 'main' } },
  });
  // One first, so that the source is there and no engine is measured cold.
  await create('warm', './warm');
  await untilOver(['warm']);

  const apps = numbers(kustomizations).map((n) => `app-${n}`);
  await measure(`${kustomizations} Kustomizations of 4 ConfigMaps, wait: true, from created to all Ready`, async () => {
    await mapBounded(apps, WRITES_AT_ONCE, (name) => create(name, `./${name}`));
    return engine.run(apps, undefined);
  });
  await measure(`${kustomizations} Kustomizations again, nothing changed`, () => again(apps, '2026-01-01T00:00:00Z'));
  const links = numbers(chain).map((n) => `link-${n}`);
  await measure(`a chain of ${chain} dependents, from created to all Ready`, async () => {
    await mapBounded(links, WRITES_AT_ONCE, (name) => {
      const before = links[links.indexOf(name) - 1];
      return create(name, `./${name}`, before === undefined ? {} : { dependsOn: [{ name: before }] });
    });
    return engine.run(links, undefined);
  });
  await create('large', './large');
  await untilOver(['large']);
  await measure(`one Kustomization of ${objects} objects, nothing changed`, () => again(['large'], '2026-01-01T00:00:00Z'));
  figures.push({ work: 'peak memory of all this', engine: engine.name, value: engine.peakMiB(), unit: 'MiB' });
  return figures;
}

/** Two rows: the controllers', and ours with the ratio. */
function compare(their: Figure | undefined, our: Figure): Measurement[] {
  const row = ({ work, engine, value, unit }: Figure): Measurement => ({
    work: `${engine}: ${work}`,
    ...(unit === undefined ? {} : { unit }),
    runs: 1,
    medianMs: value,
    minMs: value,
    maxMs: value,
  });
  if (their === undefined) return [row(our)];
  return [row(their), { ...row(our), peer: their.engine, ratio: our.value / their.value }];
}

/** Watches Kustomizations until all are ready for what was asked. */
async function waitReady(
  kube: KubeClient,
  namespace: string,
  names: readonly string[],
  askedAt: string | undefined,
): Promise<void> {
  const open = new Set(names);
  const over = new AbortController();
  const watched = kube.watch(KUSTOMIZATION, {
    namespace,
    signal: AbortSignal.any([over.signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  for await (const event of watched) {
    if (event.type === 'SYNCED' || event.type === 'DELETED') continue;
    const { object } = event;
    const isAnswered = askedAt === undefined || readText(object, 'status', 'lastHandledReconcileAt') === askedAt;
    if (isAnswered && readText(readCondition(object, 'Ready'), 'status') === 'True') open.delete(object.metadata.name);
    if (open.size === 0) break;
  }
  over.abort();
  if (open.size > 0) throw new Error(`not ready: ${[...open].slice(0, 5).join(', ')}`);
}

/** Runs the command and returns the most memory that it had, in MiB. */
async function runDrive(program: string, words: readonly string[], home: string, kubeconfig: string): Promise<number> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, KUBECONFIG: kubeconfig };
  const child = spawn(process.execPath, [program, ...words], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  child.stderr.on('data', (text: Buffer) => (told += text.toString()));
  let peak = 0;
  const look = setInterval(() => (peak = Math.max(peak, peakOf(child.pid ?? 0))), 50);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearInterval(look);
  if (code !== 0) throw new Error(`flux-ts ${words.slice(0, 3).join(' ')} … exited with ${code}\n${told.slice(-2_000)}`);
  return peak;
}

async function commitFleet(git: GitServer, { kustomizations, chain, objects }: EngineBenchSizes): Promise<void> {
  await git.create('fleet');
  const files: Record<string, string> = {};
  const add = (name: string, count: number): void => void (files[`${name}/all.yaml`] = configMaps(count, name));
  for (const n of numbers(kustomizations)) add(`app-${n}`, 4);
  for (const n of numbers(chain)) add(`link-${n}`, 1);
  add('warm', 1);
  add('large', objects);
  await git.commitFiles('fleet', files, 'Add the fleet');
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function configMaps(count: number, prefix: string): string {
  const one = (n: number): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${prefix}-${n}\ndata:\n  number: "${n}"\n`;
  return numbers(count).map(one).join('---\n');
}

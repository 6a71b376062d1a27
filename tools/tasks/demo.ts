import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBundle } from '../build-bundle.ts';
import type { GitHostsDescription } from '../demo/git-hosts.ts';
import { TEAM_CHANGE, TEAM_ESCAPE, TEAM_FILES } from '../demo/team-files.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const keep = process.argv.includes('--keep');
// One that is kept has a name to be found by; the others have one each, so that two demos at once do not meet.
const name = keep ? 'demo' : `demo-${process.pid}`;
const started = Date.now();
const color = process.stderr.isTTY && (process.env['NO_COLOR'] ?? '') === '';
const env: Record<string, string | undefined> = { ...process.env };
let gitServer: ChildProcess | undefined;
let isUp = false;
let stopped = false;
let interrupted = false;

process.on('SIGINT', () => void stop('SIGINT'));
process.on('SIGTERM', () => void stop('SIGTERM'));

try {
  await play();
} catch (error) {
  if (!interrupted) say(`\n✗ the demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  if (!keep || process.exitCode === 1) await tidy();
}

/** Plays the main job, on a real control plane and real Git servers. */
async function play(): Promise<void> {
  say('flux-ts demo: a real Kubernetes API server, real Git servers, no mock anywhere');
  say('► building flux-ts');
  await buildBundle(root);

  chapter('A cluster: etcd, kube-apiserver and kube-controller-manager on this machine');
  await sweep();
  isUp = true;
  const sandbox = JSON.parse(await flux(['sandbox', 'up', `--name=${name}`, '-o', 'json'])) as {
    kubeconfig: string;
    kubernetesVersion: string;
  };
  env['KUBECONFIG'] = sandbox.kubeconfig;

  const password = randomBytes(12).toString('hex');
  const hosts = await startGit(dirname(sandbox.kubeconfig), password);
  if (hosts.noSsh !== undefined) say(`⚠️  the team's repository is served over HTTP: ${hosts.noSsh}`);
  env['GIT_PASSWORD'] = password;

  chapter('Flux, kept in a Git repository; there is no kubelet here, so flux-ts drives the reconciliation itself');
  await flux(
    [
      'bootstrap',
      'git',
      `--url=${hosts.fleetUrl}`,
      '--branch=main',
      '--path=clusters/demo',
      '--token-auth',
      '--allow-insecure-http',
      '--silent',
      '--drive',
      '-o',
      'name',
    ],
    { hideResult: true },
  );

  chapter('A tenant, with rights in one namespace only');
  await flux(['create', 'tenant', 'dev-team', '--with-namespace=apps']);
  commit(hosts.teamRoot, TEAM_FILES, 'Add the web application');
  const login =
    hosts.keyFile === undefined
      ? ['--username=git', `--password=${password}`]
      : [`--private-key-file=${hosts.keyFile}`, '--silent'];
  await flux(
    ['create', 'source', 'git', 'team', '-n', 'apps', `--url=${hosts.teamUrl}`, '--branch=main', '--interval=1m', ...login],
    { secret: password },
  );
  await flux([
    'create',
    'kustomization',
    'web',
    '-n',
    'apps',
    '--source=GitRepository/team',
    '--path=./deploy',
    '--prune',
    '--service-account=dev-team',
    '--interval=5m',
  ]);

  chapter("Reconcile: fetch, build, check the tenant's rights, apply, prune");
  await flux(['reconcile', 'kustomization', 'web', '-n', 'apps', '--with-source', '--drive']);
  commit(hosts.teamRoot, TEAM_CHANGE, 'Greet in the morning');
  say('\n  # a commit changes the configuration: a new ConfigMap comes, the old one goes');
  await flux(['reconcile', 'kustomization', 'web', '-n', 'apps', '--with-source', '--drive']);
  say('\n  # again, with nothing new: nothing is written');
  await flux(['reconcile', 'kustomization', 'web', '-n', 'apps', '--with-source', '--drive']);

  chapter('The tenant reaches for a ClusterRole and for kube-system: refused before anything is written');
  commit(hosts.teamRoot, TEAM_ESCAPE, 'Try to take over the cluster');
  await flux(['reconcile', 'kustomization', 'web', '-n', 'apps', '--with-source', '--drive'], { wanted: 1 });

  chapter('Who may do what: asked of the API server, and as a Role that is ready to commit');
  await flux(['rbac', 'check', 'kustomization', 'web', '-n', 'apps'], { wanted: 1 });
  commit(hosts.teamRoot, { ...TEAM_CHANGE, 'deploy/escape.yaml': null }, 'Give up the takeover');
  await flux(['reconcile', 'kustomization', 'web', '-n', 'apps', '--with-source', '--drive']);

  say('\n  # all that this Kustomization needs, and no more');
  await flux(['rbac', 'role', 'kustomization', 'web', '-n', 'apps']);

  chapter('Can the team get out? Tried by dry runs under its own account; nothing is written');
  await flux(['check', 'tenant', 'dev-team'], { wanted: 1 });

  chapter('What is there now');
  await flux(['get', 'all', '-A']);
  await flux(['tree', 'kustomization', 'web', '-n', 'apps']);
  summary(sandbox, hosts);
}

function summary(sandbox: { kubeconfig: string; kubernetesVersion: string }, hosts: GitHostsDescription): void {
  const seconds = Math.round((Date.now() - started) / 1000);
  say(`\n✔ demo finished in ${seconds}s. It made, on a real Kubernetes ${sandbox.kubernetesVersion} API server on this machine:`);
  say(`    a fleet repository   ${hosts.fleetUrl}`);
  say(`    a team's repository  ${hosts.teamUrl}`);
  say(`    a cluster            export KUBECONFIG=${sandbox.kubeconfig}`);
  say('    a tenant             dev-team in namespace apps: Deployment, Service, ConfigMap under its own account');
  if (keep) {
    say('  try:   node bin/flux-ts get all -A        node bin/flux-ts tree kustomization flux-system');
    say('         git clone the repositories, change them, and reconcile as above');
    say(
      `         the fleet repository's login is git, its password in ${join(dirname(sandbox.kubeconfig), 'demo-git-password')}`,
    );
    say('  stop:  node bin/flux-ts sandbox down --name demo        (ends the Git servers too)');
  } else {
    say('  All of it is ended now. To look at it at leisure:  npm run demo -- --keep');
  }
}

/** Runs flux-ts with its story on this terminal; gives back what it printed as result. */
async function flux(
  args: readonly string[],
  options: { quiet?: boolean; hideResult?: boolean; wanted?: number; secret?: string } = {},
): Promise<string> {
  if (stopped) throw new Error('stopped');
  const shown = args.map((word) => (/[\s"']/.test(word) ? JSON.stringify(word) : word)).join(' ');
  if (options.quiet !== true)
    say(`\n${bold(`$ flux-ts ${options.secret === undefined ? shown : shown.replaceAll(options.secret, '***')}`)}`);
  const child = spawn(process.execPath, [join(root, 'bin/flux-ts'), ...args], {
    env: { ...env, ...(color ? { FORCE_COLOR: '1' } : {}) },
    stdio: ['ignore', 'pipe', options.quiet === true ? 'ignore' : 'inherit'],
  });
  let result = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    result += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const wanted = options.wanted ?? 0;
  if (options.quiet !== true && options.hideResult !== true) process.stdout.write(result);
  if (wanted !== 0 && code === wanted) say(`  (exit code ${code}, as it should be)`);
  if (code !== wanted) throw new Error(`flux-ts ${args.slice(0, 3).join(' ')} exited with ${code}, ${wanted} was wanted`);
  return result;
}

/** Starts the Git servers as a process of their own. */
async function startGit(folder: string, password: string): Promise<GitHostsDescription> {
  if (keep) writeFileSync(join(folder, 'demo-git-password'), `${password}\n`, { mode: 0o600 });
  gitServer = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'tools/demo/serve-git.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    env: { ...process.env, DEMO_GIT_PASSWORD: password },
  });
  const server = gitServer;
  const line = await new Promise<string>((resolve, reject) => {
    let text = '';
    server.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text);
    });
    server.on('exit', (code) => reject(new Error(`the Git servers ended with ${code}`)));
  });
  server.stdout?.destroy();
  server.unref();
  return JSON.parse(line) as GitHostsDescription;
}

/** Commits to the team's repository, as the team would: with Git itself. */
function commit(teamRoot: string, files: Readonly<Record<string, string | null>>, message: string): void {
  const work = mkdtempSync(join(tmpdir(), 'flux-ts-demo-work-'));
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Team', '-c', 'user.email=team@example.com', ...args], {
      cwd: work,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  try {
    git('clone', '--quiet', join(teamRoot, 'team.git'), '.');
    for (const [path, text] of Object.entries(files)) {
      if (text === null) {
        rmSync(join(work, path), { force: true });
      } else {
        mkdirSync(dirname(join(work, path)), { recursive: true });
        writeFileSync(join(work, path), text);
      }
    }
    git('add', '--all');
    git('commit', '--quiet', '-m', message);
    git('push', '--quiet', 'origin', 'HEAD:main');
    say(`\n  # the team pushes: ${message}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Takes down what an earlier demo left: the one that was kept, where this one is to be kept, and those that were killed. */
async function sweep(): Promise<void> {
  const { items } = JSON.parse(await flux(['sandbox', 'list', '-o', 'json'], { quiet: true })) as { items: { name: string }[] };
  for (const { name: other } of items) {
    const pid = Number(/^demo-(\d+)$/.exec(other)?.[1] ?? Number.NaN);
    if (other === name || (!Number.isNaN(pid) && !isRunning(pid)))
      await flux(['sandbox', 'down', `--name=${other}`], { quiet: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Ends all that the demo started. */
async function tidy(): Promise<void> {
  if (gitServer?.pid !== undefined && gitServer.exitCode === null) process.kill(gitServer.pid, 'SIGTERM');
  gitServer = undefined;
  if (!isUp) return;
  isUp = false;
  stopped = false;
  await flux(['sandbox', 'down', `--name=${name}`], { quiet: true });
}

async function stop(signal: string): Promise<void> {
  if (interrupted) return;
  interrupted = true;
  stopped = true;
  say(`\n◎ ${signal}: ending what the demo started`);
  await tidy();
  process.exit(130);
}

function chapter(title: string): void {
  say(`\n${bold(`── ${title}`)}`);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function bold(text: string): string {
  return color ? `\u001b[1m${text}\u001b[0m` : text;
}

import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { makeTar } from '../support/make-tar.ts';
import { startCatalog, type TestCatalog } from '../support/plugin-catalog.ts';

const BIN = fileURLToPath(new URL('../../bin/flux-ts', import.meta.url));
/** Where many systems have a Node of their own, which may be an old one. */
const SYSTEM_NODE = '/usr/bin/node';

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('plugins, through the programs themselves', { timeout: 120_000 }, () => {
  let home = '';
  let folder = '';
  let env: Record<string, string> = {};
  let catalog: TestCatalog;

  before(async () => {
    home = realpathSync(mkdtempSync(join(tmpdir(), 'flux-ts-as-plugin-')));
    folder = join(home, '.fluxcd', 'plugins');
    mkdirSync(folder, { recursive: true });
    catalog = await startCatalog();
    env = {
      PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      HOME: home,
      FLUXCD_PLUGIN_CATALOG: catalog.url,
    };
  });
  after(async () => {
    await catalog?.close();
    rmSync(home, { recursive: true, force: true });
  });

  const start = (file: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess =>
    spawn(file, args, { env, cwd: home, stdio: 'pipe', ...options });
  const end = async (child: ChildProcess, stdin = ''): Promise<Ended> => {
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin?.on('error', () => {}).end(stdin);
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return { code, signal, stdout, stderr };
  };
  const run = (args: readonly string[], options?: SpawnOptions): Promise<Ended> => end(start(BIN, args, options));
  /** What flux does with its words behind `ts`: it begins its own process anew, with the path of the plugin. */
  const asFlux = (args: readonly string[], stdin?: string, options?: SpawnOptions): Promise<Ended> =>
    end(start('/bin/sh', ['-c', 'exec "$0" "$@"', join(folder, 'flux-ts'), ...args], options), stdin);
  const put = (name: string, text: string): void =>
    writeFileSync(join(folder, `flux-${name}`), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  /** Waits for the first line. */
  const ready = async (child: ChildProcess): Promise<void> => void (await once(child.stdout ?? child, 'data'));

  it('flux-ts is a plugin of flux by a link to it, through other links too', async () => {
    // As npm puts it on PATH.
    const global = join(home, 'bin');
    mkdirSync(global);
    symlinkSync(BIN, join(global, 'flux-ts'));
    symlinkSync(join(global, 'flux-ts'), join(folder, 'flux-ts'));
    const tenant = ['create', 'tenant', 'team', '--with-namespace=apps', '--export'];
    const direct = await run(tenant);
    assert.equal(direct.code, 0, direct.stderr);
    assert.deepEqual(await asFlux(tenant), direct);
    assert.match((await asFlux(['--version'])).stdout, /^flux version \d+\.\d+\.\d+ \(flux-ts /);
    assert.equal((await asFlux(['envsubst'], 'a: ${HOME}\n')).stdout, `a: ${home}\n`);
  });

  it('its help and its mends say "flux ts" there, and only there', async () => {
    assert.match((await asFlux(['get', 'ks', '--help'])).stdout, /\$ flux ts get kustomizations /);
    assert.match((await run(['get', 'ks', '--help'])).stdout, /\$ flux-ts get kustomizations /);
    const failed = await asFlux(['plugin', 'update', 'none']);
    assert.deepEqual(
      [failed.code, failed.stderr],
      [1, '✗ plugin "none" is not installed\n  install it: flux ts plugin install none\n'],
    );
    assert.equal((await asFlux(['__complete', 'get', 'sources', 'g'])).stdout.split('\t')[0], 'git');
    // Another folder is named: then this one is a folder as any other.
    const elsewhere = await asFlux(['get', 'ks', '--help'], '', { env: { ...env, FLUXCD_PLUGINS: join(home, 'bin') } });
    assert.match(elsewhere.stdout, /\$ flux-ts get kustomizations /);
  });

  it('goes over to the Node of this package there, where the running one is too old', async (t) => {
    const version = existsSync(SYSTEM_NODE) ? execFileSync(SYSTEM_NODE, ['--version'], { encoding: 'utf8' }) : '';
    if (!(Number(/^v(\d+)/.exec(version)?.[1]) < 22)) return t.skip(`${SYSTEM_NODE} is not an old Node`);
    const { stdout } = await asFlux(['get', 'ks', '--help'], '', { env: { ...env, PATH: '/usr/bin:/bin' } });
    assert.match(stdout, /\$ flux ts get kustomizations /);
  });

  it('a copy of it says how to link it', async () => {
    const copy = join(home, 'flux-ts');
    copyFileSync(BIN, copy);
    const { code, stdout, stderr } = await end(start(copy, ['get', 'ks']));
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^✗ .*flux-ts is a copy of flux-ts without what belongs to it\n {2}link to it instead: ln -sf /);
  });

  it('installs a plugin and runs it, with its streams, environment, folder and exit code', async () => {
    const script =
      '#!/bin/sh\nread line\necho "$line|$*|$CANARY|$(pwd)|${FLUX_TS_NODE-none}"\necho story >&2\n[ "$1" != fail ] || exit 42\n';
    catalog.offer('tool', [
      { version: '1.0.0', file: 'tool.tar.gz', bytes: gzipSync(makeTar([{ name: 'flux-tool', content: Buffer.from(script) }])) },
    ]);
    const installed = await run(['plugin', 'install', 'tool']);
    assert.deepEqual(installed, { code: 0, signal: null, stdout: '', stderr: '✔ installed tool v1.0.0\n' });
    const words = ['fail', '--a b', '', '-h', '*'];
    const ran = await end(start(BIN, ['tool', ...words], { env: { ...env, CANARY: 'bird' } }), 'given\n');
    assert.deepEqual(ran, {
      code: 42,
      signal: null,
      stdout: `given|${words.join(' ')}|bird|${home}|none\n`,
      stderr: 'story\n',
    });
    assert.equal((await run(['tool', 'x'])).code, 0);
    // Both ways at once: flux runs flux-ts, and that one the other plugin.
    assert.equal((await asFlux(['tool', 'x'], 'y\n')).stdout, `y|x||${home}|none\n`);
  });

  it('hands signals on, and ends as the plugin ends', async () => {
    put('waits', `trap 'exit 9' TERM\ntrap 'exit 5' INT\ntrap 'exit 7' HUP\necho ready\nwhile :; do sleep 0.05; done`);
    for (const [signal, code] of [
      ['SIGTERM', 9],
      ['SIGINT', 5],
      ['SIGHUP', 7],
    ] as const) {
      const child = start(BIN, ['waits']);
      await ready(child);
      child.kill(signal);
      assert.deepEqual(await once(child, 'exit'), [code, null], signal);
    }
    for (const signal of ['KILL', 'TERM', 'INT']) {
      put('dies', `kill -${signal} $$\nsleep 5`);
      const { code, signal: by } = await run(['dies']);
      assert.deepEqual([code, by], [null, `SIG${signal}`]);
    }
  });

  it('ends when the reader of the plugin goes away', async () => {
    put('endless', 'exec yes');
    // 128 and the number of SIGPIPE, which Node itself ignores.
    const { stdout, stderr } = await end(
      start('/bin/sh', ['-c', '{ "$0" endless; echo "ended with $?" >&2; } | head -n 1', BIN]),
    );
    assert.deepEqual([stdout, stderr], ['y\n', 'ended with 141\n']);
  });
});

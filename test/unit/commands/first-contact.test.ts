import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { commandIndex } from '../../../src/commands/index.ts';
import { TOPICS } from '../../../src/lib/cli/help.ts';
import { launch } from '../../../src/lib/cli/launch.ts';
import type { Host } from '../../../src/lib/core/host.ts';
import { PACKAGE_DIR, runCli } from '../../support/run-cli.ts';

describe('a command line with a mistake in it', () => {
  const cases: readonly (readonly [string, string, string, RegExp, RegExp])[] = [
    [
      'an unknown command',
      'recncile ks web',
      'usage/unknown-command',
      /^unknown command "recncile" for "flux-ts"$/,
      /"reconcile"/,
    ],
    [
      'an unknown kind',
      'get kustomizatons',
      'usage/unknown-command',
      /^unknown command "kustomizatons" for "flux-ts get"$/,
      /"kustomizations"/,
    ],
    ['a word like no command', 'frobnicate', 'usage/unknown-command', /^unknown command "frobnicate"/, /^see flux-ts --help$/],
    [
      'an unknown flag',
      'get all --all-namespace',
      'usage/unknown-flag',
      /^unknown flag: --all-namespace$/,
      /^did you mean --all-namespaces\?$/,
    ],
    ['an unknown short flag', 'get all -q', 'usage/unknown-flag', /^unknown shorthand flag: 'q' in -q$/, /--help/],
    [
      'a flag without its value',
      'get all --label-selector',
      'usage/missing-value',
      /^flag needs an argument: --label-selector$/,
      /^$/,
    ],
    [
      'a bad duration',
      'create tenant dev --interval=soon',
      'usage/bad-value',
      /^invalid argument "soon" for "--interval" flag: time: invalid/,
      /^$/,
    ],
    [
      'a bad switch',
      'get all -A=perhaps',
      'usage/bad-value',
      /^invalid argument "perhaps" for "-A, --all-namespaces" flag/,
      /^$/,
    ],
    [
      'a bad choice',
      'get all -o=xml',
      'usage/bad-value',
      /^invalid argument "xml" for "-o, --output" flag/,
      /^use one of: table, wide, json/,
    ],
    ['nearly a choice', 'logs --level=eror', 'usage/bad-value', /^invalid argument "eror"/, /^did you mean error\?$/],
    ['words in another order', 'tenant create a', 'usage/unknown-command', /"tenant"/, /^did you mean "create tenant"\?$/],
    ['a verb left out', 'kustomizations web', 'usage/unknown-command', /./, /^did you mean "get kustomizations"\?$/],
    ['a group left out', 'create git web', 'usage/unknown-command', /./, /^did you mean "create source git"\?$/],
    ['a flag that is not written out', 'suspend ks --al', 'usage/unknown-flag', /--al/, /^did you mean --all\?$/],
    ['an unknown flag and no command', '--nosuch', 'usage/unknown-flag', /^unknown flag: --nosuch$/, /^$|--/],
    ['an unknown flag of a group', 'get --nosuch', 'usage/unknown-flag', /^unknown flag: --nosuch$/, /^$|--/],
    ['a bad source', 'create ks web --source=Nope/x', 'usage/bad-value', /source kind 'Nope' is not supported/, /^$/],
    ['a bad namespace', 'get all -n Not_A_Name', 'usage/bad-value', /^namespace must be a valid DNS label: "Not_A_Name"$/, /^$/],
    ['a bad extra', 'get all --as=a --as-user-extra=x', 'usage/bad-value', /^invalid extra 'x', must be key=value$/, /^$/],
    [
      'several kinds to watch',
      'get all -w',
      'usage/bad-value',
      /^expected a single resource type, but found all$/,
      /watch one kind/,
    ],
    ['no name', 'create tenant', 'create/name-missing', /^name is required$/, /^$/],
    ['no source', 'create ks web --export', 'create/source-missing', /^source is required$/, /--source=/],
  ];
  for (const [what, line, code, message, hint] of cases) {
    test(`${what}: ${code}`, async () => {
      const forPeople = await runCli(line.split(' '));
      assert.equal(forPeople.code, 1);
      assert.equal(forPeople.stdout, '');
      assert.match(forPeople.stderr.split('\n')[0]?.replace(/^✗ /, '') ?? '', message);

      const forPrograms = await runCli([
        ...line.split(' ').filter((word) => !word.startsWith('-o')),
        '-o',
        line.includes('-o=xml') ? 'xml' : 'json',
      ]);
      assert.equal(forPrograms.code, 1);
      if (line.includes('-o=xml') || code === 'usage/missing-value') return;
      const { error } = JSON.parse(forPrograms.stderr) as { error: { code: string; message: string; hint?: string } };
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.match(error.hint ?? '', hint);
    });
  }

  test('is told as YAML under -o yaml', async () => {
    const { stderr } = await runCli(['get', 'all', '--nope', '-o', 'yaml']);
    assert.match(stderr, /^error:\n {2}code: usage\/unknown-flag\n/);
  });

  test('is told as text where YAML is only how results look', async () => {
    assert.match((await runCli(['export', 'ks', '-n', 'apps', '--kubeconfig=/nonexistent/config'])).stderr, /^✗ /);
  });
});

describe('help', () => {
  const commands = commandIndex();
  const topics = new Set([
    '',
    ...Object.keys(commands).flatMap((id) => id.split(' ').map((_, at, words) => words.slice(0, at + 1).join(' '))),
  ]);

  for (const width of [60, 120]) {
    test(`of everything fits ${width} columns`, async () => {
      for (const topic of topics) {
        const { code, stdout } = await help(topic, width);
        assert.equal(code, 0, topic);
        const long = stdout.split('\n').filter((line) => [...line].length > width);
        assert.deepEqual(long, [], topic);
      }
    });
  }

  test('of the root lists groups and commands', async () => {
    const { stdout } = await help('', 120);
    for (const word of ['TOPICS', 'COMMANDS', 'bootstrap', 'create', 'sandbox', 'check', 'Exit codes'])
      assert.ok(stdout.includes(word), word);
  });

  test('of the root and of groups lists every group and every command', async () => {
    const all = Object.entries(commandIndex());
    const groups = new Set(all.flatMap(([id]) => id.split(' ').map((_, index, words) => words.slice(0, index).join(' '))));
    for (const group of groups) {
      const { stdout } = await help(group, 120);
      const listed = new Set([...stdout.matchAll(/^ {2}(\S+(?: \S+)*) {2}/gm)].map(([, name]) => name));
      const depth = group === '' ? 1 : group.split(' ').length + 1;
      const below = all.filter(([id, { hidden }]) => hidden !== true && (group === '' || id.startsWith(`${group} `)));
      const wanted = new Set(below.map(([id]) => id.split(' ').slice(0, depth).join(' ')));
      for (const name of wanted) assert.ok(listed.has(name), `${name} in the help of "${group}"`);
      if (group !== '' && !all.some(([id]) => id === group)) assert.ok(TOPICS[group], `no words for the group "${group}"`);
    }
    assert.deepEqual(
      Object.keys(TOPICS).filter((name) => !groups.has(name)),
      [],
      'words for no group',
    );
  });

  test('of a switch that is on says so', async () => {
    assert.match((await help('why', 120)).stdout, /--git +\[default: true\] reads the commit/);
  });

  test('of a command lists those that belong to it', async () => {
    assert.match((await help('check', 60)).stdout, /\nCOMMANDS\n {2}check tenant {2}Try to get out/);
  });

  test('of a group lists what is below it, and nothing else', async () => {
    const { stdout } = await help('get sources', 120);
    assert.match(stdout, /get sources git/);
    assert.doesNotMatch(stdout, /get kustomizations/);
  });

  test('of a command says how to call it, with examples and both kinds of flags', async () => {
    const { stdout } = await help('create tenant', 120);
    for (const part of [
      'USAGE',
      '$ flux-ts create tenant NAME [flags]',
      'EXAMPLES',
      '--with-namespace=<strings>...',
      'GLOBAL',
      '-n, --namespace',
    ])
      assert.ok(stdout.includes(part), part);
  });

  test('never shows what is hidden', async () => {
    assert.doesNotMatch((await help('create kustomization', 120)).stdout, /--validation/);
  });

  test('has no colours in a pipe', async () => {
    const { stdout } = await runCli(['create', 'tenant', '--help']);
    assert.ok(!stdout.includes('\u001b'));
  });
});

/** Shows help on a terminal of a width, without colours. */
async function help(topic: string, columns: number): Promise<{ code: number; stdout: string }> {
  let stdout = '';
  const host: Host = {
    env: { NO_COLOR: '1' },
    cwd: PACKAGE_DIR,
    homeDir: '/nonexistent',
    platform: 'linux',
    arch: 'x64',
    calledAs: 'flux-ts',
    stdout: { write: (text) => void (stdout += text), isTTY: true, columns },
    stderr: { write: (text) => void (stdout += text), isTTY: true, columns },
    interactive: false,
    readStdin: () => Promise.resolve(''),
    runProgram: () => Promise.resolve(0),
    now: () => new Date('2026-03-01T12:00:00Z'),
    signal: new AbortController().signal,
    packageDir: PACKAGE_DIR,
  };
  const code = await launch([...topic.split(' ').filter((word) => word !== ''), '--help'], commandIndex(), host);
  return { code, stdout };
}

describe('a cluster that cannot be reached', () => {
  let folder = '';
  let server = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flux-ts-contact-'));
    // A port that was free a moment ago is closed now.
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    server = `https://127.0.0.1:${(listener.address() as AddressInfo).port}`;
    listener.close();
    await once(listener, 'close');
    await writeFile(
      join(folder, 'config'),
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'c', cluster: { server } }],
        users: [{ name: 'u', user: { token: 'a-token-that-nobody-may-see' } }],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'x',
      }),
    );
  });
  after(() => rm(folder, { recursive: true }));

  for (const line of [
    'get kustomizations',
    'get all -A',
    'check',
    'reconcile ks web',
    'suspend ks web',
    'export ks --all',
    'tree ks web',
    'uninstall --silent',
    'create tenant dev --with-namespace=apps',
    'version',
  ]) {
    test(`flux-ts ${line} says which server, and what to do, at once: kube/unreachable`, async () => {
      const started = performance.now();
      const { code, stdout, stderr } = await runCli(line.split(' '), { env: { KUBECONFIG: join(folder, 'config') } });
      assert.equal(code, 1);
      assert.equal(stdout, '');
      assert.ok(stderr.includes(`cannot reach the API server at ${server}`), stderr);
      assert.match(stderr, /check that the cluster runs/);
      assert.doesNotMatch(stderr, /nobody-may-see/);
      assert.ok(performance.now() - started < 5_000);
    });
  }

  test('is one JSON object on stderr under -o json', async () => {
    const { stdout, stderr } = await runCli(['get', 'all', '-o', 'json'], { env: { KUBECONFIG: join(folder, 'config') } });
    assert.equal(stdout, '');
    const { error } = JSON.parse(stderr) as { error: { code: string; hint: string; details: { server: string } } };
    assert.equal(error.code, 'kube/unreachable');
    assert.equal(error.details.server, server);
    assert.notEqual(error.hint, '');
  });

  test('a kubeconfig that is named and not there is an error that names it', async () => {
    const path = join(folder, 'nope');
    const { code, stderr } = await runCli(['get', 'all', '--kubeconfig', path]);
    assert.equal(code, 1);
    assert.ok(stderr.includes(`"${path}" does not exist`), stderr);
    assert.match(stderr, /--kubeconfig/);
  });

  test('no kubeconfig at all is told by how to give one', async () => {
    const { code, stderr } = await runCli(['get', 'all', '--server', server], { env: { HOME: folder } });
    assert.equal(code, 1);
    assert.ok(stderr.includes(server), stderr);
  });

  test('a file that is no kubeconfig is named', async () => {
    const path = join(folder, 'broken');
    await writeFile(path, 'clusters: [');
    const { code, stderr } = await runCli(['get', 'all', '--kubeconfig', path]);
    assert.equal(code, 1);
    assert.ok(stderr.includes(path), stderr);
    assert.doesNotMatch(stderr, /mistake of flux-ts/);
  });
});

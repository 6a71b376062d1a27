import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parseYaml } from '../../../src/lib/core/yaml/index.ts';
import { goPlatform } from '../../../src/lib/engine/plugin/index.ts';
import { makeTar } from '../../support/make-tar.ts';
import { makeZip } from '../../support/make-zip.ts';
import { checksumOf, startCatalog, type TestCatalog } from '../../support/plugin-catalog.ts';
import { type CliOptions, type CliRun, runCli, runOk } from '../../support/run-cli.ts';

const program = (word: string): Buffer => Buffer.from(`#!/bin/sh\necho "${word}: $*"\n`);
const tarGz = (name: string, content: Buffer): Buffer =>
  gzipSync(
    makeTar([
      { name: 'LICENSE', content: Buffer.from('x') },
      { name, content },
    ]),
  );

describe('plugin', () => {
  let catalog: TestCatalog;
  let home = '';
  let folder = '';
  before(async () => {
    catalog = await startCatalog();
  });
  after(() => catalog.close());
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'flux-ts-plugin-'));
    folder = join(home, '.fluxcd', 'plugins');
    catalog.files.clear();
    catalog.requests.length = 0;
    catalog.offer('tool', [
      { version: '1.1.0', file: 'tool_1.1.0.tar.gz', bytes: tarGz('flux-tool', program('tool 1.1')) },
      { version: '1.0.0', file: 'tool_1.0.0.zip', bytes: makeZip([{ name: 'flux-tool', content: program('tool 1.0') }]) },
      { version: '0.9.0', file: 'plain', bytes: program('tool 0.9') },
    ]);
    catalog.list([
      { name: 'tool', description: 'Does this and that' },
      { name: 'other', description: 'Helm charts', license: 'MIT' },
    ]);
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const options = (more: CliOptions = {}): CliOptions => ({
    ...more,
    env: { HOME: home, FLUXCD_PLUGIN_CATALOG: catalog.url, ...more.env },
  });
  const run = (words: readonly string[], more?: CliOptions): Promise<CliRun> => runCli(words, options(more));
  const ok = (words: readonly string[], more?: CliOptions): Promise<CliRun> => runOk(words, options(more));
  const receiptOf = (name: string): Record<string, unknown> =>
    parseYaml(readFileSync(join(folder, `flux-${name}.yaml`), 'utf8')) as Record<string, unknown>;

  test('install, run, list, update, uninstall: the whole life of a plugin', async () => {
    assert.deepEqual(await ok(['plugin', 'list']), { code: 0, stdout: 'No plugins found\n', stderr: '' });
    const installed = await ok(['plugin', 'install', 'tool@1.0.0']);
    assert.deepEqual(installed, { code: 0, stdout: '', stderr: '✔ installed tool v1.0.0\n' });
    assert.deepEqual(readdirSync(folder).sort(), ['flux-tool', 'flux-tool.yaml']);
    assert.equal(statSync(join(folder, 'flux-tool')).mode & 0o777, 0o755);
    const { installedAt, ...receipt } = receiptOf('tool');
    assert.match(String(installedAt), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.deepEqual(receipt, {
      name: 'tool',
      version: '1.0.0',
      platform: {
        ...goPlatform(process.platform, process.arch),
        url: catalog.urlOf('/files/tool_1.0.0.zip'),
        checksum: checksumOf(makeZip([{ name: 'flux-tool', content: program('tool 1.0') }])),
      },
    });

    assert.equal((await ok(['tool', 'a', '--flag', '-n', 'x', '--', '-h'])).stdout, 'tool 1.0: a --flag -n x -- -h\n');
    assert.equal((await ok(['-n', 'apps', 'tool', '--help'])).stdout, 'tool 1.0: -n apps --help\n');
    const path = join(folder, 'flux-tool');
    assert.equal((await ok(['plugin', 'ls'])).stdout, `NAME  VERSION  PATH\ntool  1.0.0    ${path}\n`);

    assert.deepEqual(await ok(['plugin', 'upgrade', 'tool']), {
      code: 0,
      stdout: '',
      stderr: '✔ updated tool v1.0.0 → v1.1.0\n',
    });
    assert.equal((await ok(['tool'])).stdout, 'tool 1.1: \n');
    assert.equal((await ok(['plugin', 'update'])).stderr, '✔ tool already up to date (v1.1.0)\n');
    assert.equal((await ok(['plugin', 'delete', 'tool'])).stderr, '✔ uninstalled tool\n');
    assert.deepEqual(readdirSync(folder), []);
    const gone = await run(['plugin', 'uninstall', 'tool']);
    assert.deepEqual([gone.code, gone.stdout], [1, '']);
    assert.match(gone.stderr, /^✗ plugin "tool" is not installed\n/);
  });

  test('install takes the newest version, or one by digest, from each form', async () => {
    await ok(['plugin', 'install', 'tool']);
    assert.equal(receiptOf('tool')['version'], '1.1.0');
    const { stdout } = await ok(['plugin', 'install', `tool@${checksumOf(program('tool 0.9'))}`, '-o', 'json']);
    assert.deepEqual(JSON.parse(stdout), {
      name: 'tool',
      version: '0.9.0',
      path: join(folder, 'flux-tool'),
      digest: checksumOf(program('tool 0.9')),
    });
    assert.equal((await ok(['tool', '1'])).stdout, 'tool 0.9: 1\n');
    catalog.offer('deep', [
      { version: '1.0.0', file: 'deep.tgz', bytes: tarGz('pkg/bin/deep', program('deep')), extractPath: 'pkg/bin/deep' },
    ]);
    assert.equal((await ok(['plugin', 'install', 'deep@v1.0.0', '-o', 'name'])).stdout, 'deep\n');
    assert.equal((await ok(['deep'])).stdout, 'deep: \n');
  });

  test('install of other bytes than the catalogue says changes nothing: plugin/digest-mismatch', async () => {
    await ok(['plugin', 'install', 'tool@1.0.0']);
    const before = [readFileSync(join(folder, 'flux-tool')), readFileSync(join(folder, 'flux-tool.yaml'))];
    catalog.files.set('/files/tool_1.1.0.tar.gz', tarGz('flux-tool', program('evil')));
    const failed = await run(['plugin', 'install', 'tool', '-o', 'json']);
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /"plugin\/digest-mismatch"/);
    assert.match(failed.stderr, /checksum verification failed \(expected: sha256:[0-9a-f]{64}, got: sha256:[0-9a-f]{64}\)/);
    assert.deepEqual([readFileSync(join(folder, 'flux-tool')), readFileSync(join(folder, 'flux-tool.yaml'))], before);
    assert.deepEqual(readdirSync(folder).sort(), ['flux-tool', 'flux-tool.yaml']);
  });

  for (const [what, word, code, message] of [
    ['no such plugin', 'nothing', 'plugin/not-in-catalog', /plugin \\"nothing\\" not found in catalog/],
    ['no such version', 'tool@7', 'plugin/version-not-found', /version \\"7\\" not found for plugin \\"tool\\"/],
    ['no such digest', 'tool@sha256:00', 'plugin/digest-not-found', /digest \\"sha256:00\\" not found/],
    ['no version behind the @', 'tool@', 'plugin/bad-name', /names no version/],
    ['a way out of the folder', '../tool', 'plugin/bad-name', /no name of a plugin/],
    ['another system', 'plan', 'plugin/no-platform', /plugin \\"plan\\" v1 has no binary for/],
    ['an archive without the program', 'empty', 'plugin/not-in-archive', /binary \\"flux-empty\\" not found in archive/],
    ['an archive that is none', 'broken', 'plugin/bad-archive', /is no zip archive that can be read/],
    ['a program of another name', 'fake', 'plugin/bad-manifest', /its bin is \\"flux-tool\\"/],
  ] as const) {
    test(`install refuses ${what}: ${code}`, async () => {
      catalog.offer('plan', [{ version: '1', file: 'p', bytes: program('p'), os: 'plan9' }]);
      catalog.offer('empty', [{ version: '1', file: 'e.zip', bytes: makeZip([{ name: 'x' }]) }]);
      catalog.offer('broken', [{ version: '1', file: 'b.zip', bytes: program('b') }]);
      catalog.offer('fake', [{ version: '1', file: 'f', bytes: program('f') }], { bin: 'flux-tool' });
      const failed = await run(['plugin', 'install', word, '-o', 'json']);
      assert.deepEqual([failed.code, failed.stdout], [1, '']);
      assert.ok(failed.stderr.includes(`"${code}"`), failed.stderr);
      assert.match(failed.stderr, message);
      assert.deepEqual(existsSync(folder) ? readdirSync(folder) : [], []);
    });
  }

  test('a name is required: plugin/bad-name', async () => {
    for (const verb of ['install', 'uninstall']) {
      const failed = await run(['plugin', verb, '-o', 'json']);
      assert.equal(failed.code, 1);
      assert.match(failed.stderr, /"plugin\/bad-name"/);
    }
  });

  test('the folder of FLUXCD_PLUGINS is taken as it is, and not made: plugin/folder-missing', async () => {
    const env = { FLUXCD_PLUGINS: join(home, 'own') };
    assert.match((await run(['plugin', 'install', 'tool', '-o', 'json'], { env })).stderr, /"plugin\/folder-missing"/);
    assert.ok(!catalog.requests.some((path) => path.startsWith('/files/')), 'it was downloaded for nothing');
    mkdirSync(env.FLUXCD_PLUGINS);
    await ok(['plugin', 'install', 'tool'], { env });
    assert.ok(!existsSync(folder));
    assert.equal((await ok(['tool', 'x'], { env })).stdout, 'tool 1.1: x\n');
    // Relative to where the command runs.
    assert.equal((await ok(['tool', 'x'], { env: { FLUXCD_PLUGINS: 'own' }, cwd: home })).stdout, 'tool 1.1: x\n');
  });

  test('search shows the catalogue, and what is installed', async () => {
    await ok(['plugin', 'install', 'tool']);
    assert.equal(
      (await ok(['plugin', 'search'])).stdout,
      'NAME   DESCRIPTION         INSTALLED\ntool   Does this and that  1.1.0\nother  Helm charts\n',
    );
    assert.equal((await ok(['plugin', 'search', 'HELM', '-o', 'name'])).stdout, 'other\n');
    assert.deepEqual(JSON.parse((await ok(['plugin', 'search', 'too', '-o', 'json'])).stdout), {
      items: [{ name: 'tool', description: 'Does this and that', homepage: '', source: '', license: '', installed: '1.1.0' }],
    });
    assert.equal((await ok(['plugin', 'search', 'zzz'])).stdout, 'No plugins matching "zzz" found in catalog\n');
    assert.deepEqual(JSON.parse((await ok(['plugin', 'search', 'zzz', '-o', 'json'])).stdout), { items: [] });
    catalog.list([]);
    assert.equal((await ok(['plugin', 'search'])).stdout, 'No plugins found in catalog\n');
    catalog.list([], { kind: 'Plugin' });
    assert.match((await run(['plugin', 'search', '-o', 'json'])).stderr, /"plugin\/bad-catalog"/);
  });

  test('update goes on where one fails, and exits with 1: plugin/update-failed', async () => {
    catalog.offer('bad', [{ version: '1.0.0', file: 'bad', bytes: program('bad') }]);
    await ok(['plugin', 'install', 'bad']);
    await ok(['plugin', 'install', 'tool@1.0.0']);
    writeFileSync(join(folder, 'flux-hand'), program('hand'), { mode: 0o755 });
    catalog.offer('bad', [{ version: '2.0.0', file: 'bad', bytes: program('bad'), checksum: checksumOf(program('other')) }]);
    const updated = await run(['plugin', 'update']);
    assert.equal(updated.code, 1);
    assert.match(
      updated.stderr,
      /^✗ error updating bad: checksum verification failed .*\n⚠️ {2}skipping hand \(manually installed\)\n✔ updated tool v1\.0\.0 → v1\.1\.0\n$/,
    );
    assert.equal((await ok(['bad'])).stdout, 'bad: \n');
    const again = await run(['plugin', 'update', '-o', 'json']);
    assert.equal(again.code, 1);
    assert.deepEqual(JSON.parse(again.stdout), {
      items: [
        { name: 'bad', result: 'failed', from: '1.0.0' },
        { name: 'hand', result: 'manual' },
        { name: 'tool', result: 'current', from: '1.1.0' },
      ],
    });
    assert.match(again.stderr, /"plugin\/update-failed"[\s\S]*"plugin\/digest-mismatch"/);
    assert.equal((await run(['plugin', 'update', 'none'])).code, 1);
    rmSync(folder, { recursive: true });
    assert.equal((await ok(['plugin', 'update'])).stdout, 'No plugins found\n');
    assert.match((await run(['plugin', 'update', 'none', '-o', 'json'])).stderr, /"plugin\/not-installed"/);
  });

  test('a plugin that was put there by hand is listed as manual, and replaced with a warning', async () => {
    mkdirSync(folder, { recursive: true });
    const mine = join(home, 'mine');
    writeFileSync(mine, program('mine'), { mode: 0o755 });
    symlinkSync(mine, join(folder, 'flux-tool'));
    assert.equal((await ok(['plugin', 'list'])).stdout, `NAME  VERSION  PATH\ntool  manual   ${join(folder, 'flux-tool')}\n`);
    assert.deepEqual(JSON.parse((await ok(['plugin', 'list', '-o', 'json'])).stdout), {
      items: [{ name: 'tool', path: join(folder, 'flux-tool') }],
    });
    assert.match((await ok(['plugin', 'install', 'tool'])).stderr, /⚠️ {2}tool was there, put in place by hand: it is replaced\n/);
    assert.deepEqual(readFileSync(mine), program('mine'));
  });

  test('our own commands win over a plugin, and install says so', async () => {
    catalog.offer('why', [{ version: '1.0.0', file: 'why', bytes: program('why') }]);
    assert.match(
      (await ok(['plugin', 'install', 'why'])).stderr,
      /⚠️ {2}flux-ts has a command why of its own: only flux runs this plugin\n/,
    );
    assert.equal((await ok(['plugin', 'list'])).stdout, 'No plugins found\n');
    for (const name of ['help', 'plugin', 'get']) writeFileSync(join(folder, `flux-${name}`), program(name), { mode: 0o755 });
    assert.equal((await ok(['plugin', 'list'])).stdout, 'No plugins found\n');
    assert.match((await ok(['help'])).stdout, /COMMANDS/);
    await ok(['plugin', 'uninstall', 'why']);
  });

  test('the exit code of a plugin is ours, and one that cannot be started is an error: plugin/not-started', async () => {
    mkdirSync(folder, { recursive: true });
    const write = (name: string, text: string): void => writeFileSync(join(folder, `flux-${name}`), text, { mode: 0o755 });
    write('ends', '#!/bin/sh\nread line; echo "got $line"; echo story >&2; exit 42\n');
    assert.deepEqual(await run(['ends'], { stdin: 'this\n' }), { code: 42, stdout: 'got this\n', stderr: 'story\n' });
    write('lost', '#!/nonexistent/interpreter\n');
    const failed = await run(['lost', 'x']);
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /^✗ .*flux-lost cannot be started: /);
    assert.match(failed.stderr, /flux-ts plugin install lost/);
  });

  test('help shows plugins, and a mistyped one is suggested', async () => {
    await ok(['plugin', 'install', 'tool']);
    assert.match((await ok(['--help'])).stdout, /\nPLUGINS\n {2}tool {2}Runs the tool plugin\n/);
    assert.ok(!(await ok(['get', '--help'])).stdout.includes('PLUGINS'));
    assert.match((await ok(['help', 'tool'])).stdout, /^Runs the tool plugin, .*\nIts own help: flux-ts tool --help\n$/);
    assert.match((await run(['toool'])).stderr, /did you mean "tool"\?/);
    rmSync(folder, { recursive: true });
    assert.ok(!(await ok(['--help'])).stdout.includes('PLUGINS'));
    assert.match((await run(['tool'])).stderr, /^✗ unknown command "tool" for "flux-ts"\n/);
  });

  describe('completion', () => {
    const complete = async (...words: string[]): Promise<string[]> =>
      (await ok(['completion', 'words', '--', ...words])).stdout.split('\n').filter((line) => line !== '');
    const ANSWERS = `#!/bin/sh
[ "$1" = __complete ] || exit 1
shift
for last; do :; done
case "$last" in
  --out=*) echo json; echo yaml;;
  f*) echo yaml; echo ":8"; exit;;
  e*) exit 3;;
  *) printf 'report\\tshows one\\n_activeHelp_ mind this\\nresource:%s\\n' "$#";;
esac
echo ":4"
echo "Completion ended" >&2
`;
    beforeEach(() => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'flux-cobra'), ANSWERS, { mode: 0o755 });
    });

    test('offers plugins beside commands, and what they answer themselves', async () => {
      assert.deepEqual(await complete('cob'), ['cobra\tRuns the cobra plugin']);
      assert.deepEqual(await complete('cobra', 'get', ''), ['report\tshows one', 'resource:2\t']);
      assert.deepEqual(await complete('cobra', '--x', 'y', '--out='), ['--out=json\t', '--out=yaml\t']);
      assert.deepEqual(await complete('cobra', 'f'), []);
      assert.deepEqual(await complete('cobra', 'e'), []);
      assert.deepEqual(await complete('nothing', ''), []);
      assert.deepEqual(await complete('plugin', 'uninstall', ''), ['cobra\t']);
      assert.deepEqual(await complete('plugin', 'update', 'c'), ['cobra\t']);
    });

    test('ends where a plugin never answers', async () => {
      writeFileSync(join(folder, 'flux-cobra'), '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
      const signal = AbortSignal.timeout(300);
      assert.equal((await ok(['completion', 'words', '--', 'cobra', ''], { signal })).stdout, '');
    });

    test('is answered in the form that flux asks its plugins in', async () => {
      assert.equal((await ok(['__complete', 'plugin', 'un'])).stdout, 'uninstall\tUninstall a plugin\n:4\n');
      assert.equal((await ok(['__completeNoDesc', 'plugin', 'un'])).stdout, 'uninstall\n:4\n');
      assert.equal((await ok(['__complete', 'get', 'ks', '--output=ya'])).stdout, 'yaml\n:4\n');
      assert.equal((await ok(['__complete', 'kustomize', ''])).stdout, ':0\n');
    });
  });

  test('as a plugin of flux, help and errors say what can be run', async () => {
    const calledAs = 'flux ts';
    const help = await ok(['get', 'kustomizations', '--help'], { calledAs });
    assert.match(help.stdout, /\$ flux ts get kustomizations /);
    assert.ok(!help.stdout.includes('flux-ts get'));
    const failed = await run(['plugin', 'update', 'tool'], { calledAs });
    assert.match(failed.stderr, /install it: flux ts plugin install tool\n/);
    assert.match((await run(['reconsile'], { calledAs })).stderr, /unknown command "reconsile" for "flux ts"/);
    assert.match((await ok(['--version'], { calledAs })).stdout, /\(flux-ts \d/);
  });

  test('a file without the right to be run is no plugin', async () => {
    await ok(['plugin', 'install', 'tool']);
    chmodSync(join(folder, 'flux-tool'), 0o644);
    assert.equal((await run(['tool'])).code, 1);
    assert.equal((await ok(['plugin', 'list'])).stdout, 'No plugins found\n');
  });
});

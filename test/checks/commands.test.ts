import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandIndex } from '../../src/commands/index.ts';
import { flagsOf } from '../../src/lib/cli/launch.ts';
import { versionLine } from '../../src/lib/cli/version-line.ts';
import { FLUX_TS_VERSION } from '../../src/lib/core/flux.ts';
import { generateCommandIndex } from '../../tools/generate/generate-command-index.ts';
import { generateReference } from '../../tools/generate/generate-reference.ts';
import { ROOT } from './read-sources.ts';

test('the generated index of the commands is current', async () => {
  const before = readFileSync(join(ROOT, 'src/commands/files.generated.ts'), 'utf8');
  const after = await generateCommandIndex(ROOT);
  assert.equal(after, before, 'run: npm run generate -- --commands');
});

test('the reference of the commands is current', async () => {
  const folder = join(ROOT, 'docs/reference');
  const before = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  assert.deepEqual(await generateReference(ROOT), before, 'run: npm run generate -- --commands');
});

test('the version in the code is that of the package', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  assert.equal(FLUX_TS_VERSION, version);
});

test('the line that bin/flux-ts prints by itself is that of the code', () => {
  assert.ok(readFileSync(join(ROOT, 'bin/flux-ts'), 'utf8').includes(`'${versionLine()}\\n'`));
});

test('every command says what it does, shows an example, and describes each flag', async () => {
  for (const [id, entry] of Object.entries(commandIndex())) {
    const { default: command } = await entry.load();
    assert.match(entry.summary, /^[A-Z].*[^.]$/, id);
    assert.ok((command.examples ?? []).length > 0, `${id} has no example`);
    const shorts = new Set<string>();
    for (const [name, flag] of Object.entries(flagsOf(command))) {
      assert.notEqual(flag.description, '', `${id} --${name}`);
      if (flag.short === undefined) continue;
      assert.ok(!shorts.has(flag.short), `${id} has -${flag.short} twice`);
      shorts.add(flag.short);
    }
  }
});

/** Modules that only a command which speaks to a cluster or a repository may load. */
const HEAVY =
  /\/(engine\/(kube|git|ssa|health|kustomize|plugin)\/|node_modules\/(@kubernetes|isomorphic-git|ssh2|@oclif|inquirer|js-yaml|openpgp|chalk)\/)/;

for (const line of [
  'create tenant dev-team --with-namespace=apps --export',
  'create source git podinfo --url=https://example.com/x --branch=main --export',
  'create kustomization podinfo --source=podinfo --export',
  'create helmrelease podinfo --source=HelmRepository/podinfo --chart=podinfo --export',
  'create image policy podinfo --image-ref=podinfo --select-semver=6.x --filter-regex=.* --export',
  'create secret helm auth -u user -p password --export',
  'create secret git auth --url=https://example.com/x -u user -p password --export',
  '--version',
]) {
  test(`flux-ts ${line} loads no cluster library`, () => {
    // The loader of Node itself tells what was loaded: a hook that notes each URL.
    const hook = `
      import { registerHooks } from 'node:module';
      registerHooks({ load(url, context, next) { process.stderr.write('LOADED ' + url + '\\n'); return next(url, context); } });`;
    const run = spawnSync(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        '--import',
        `data:text/javascript,${encodeURIComponent(hook)}`,
        '-e',
        `import('${join(ROOT, 'src/main.ts')}').then(({ main }) => main('${ROOT}'))`,
        '--',
        'flux-ts',
        ...line.split(' '),
      ],
      { encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '' } },
    );
    assert.equal(run.status, 0, run.stderr.replaceAll(/^LOADED.*\n/gm, ''));
    const loaded = [...run.stderr.matchAll(/^LOADED (.*)$/gm)].map(([, url]) => url ?? '');
    assert.ok(
      loaded.some((url) => url.endsWith('/src/main.ts')),
      'the hook heard nothing',
    );
    assert.deepEqual(
      loaded.filter((url) => HEAVY.test(url)),
      [],
    );
  });
}

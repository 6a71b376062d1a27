import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { computeDigest, packFile } from '../../src/lib/engine/artifact/index.ts';
import { makeImage, openRegistry } from '../../src/lib/engine/oci/index.ts';
import { countSends } from '../support/count-sends.ts';
import { KNOWN_DIGESTS, KNOWN_REVISION, KNOWN_SOURCE, makeKnownFolder } from '../support/known-folder.ts';
import { type OciRegistry, startOciRegistry } from '../support/oci-registry.ts';
import { runCli, runOk } from '../support/run-cli.ts';

const FROM = [`--source=${KNOWN_SOURCE}`, `--revision=${KNOWN_REVISION}`];

describe('artifacts in a real registry', () => {
  let registry: OciRegistry;
  let folder: string;
  let out: string;

  before(async () => {
    registry = await startOciRegistry();
    folder = makeKnownFolder();
    out = mkdtempSync(join(tmpdir(), 'flux-ts-out-'));
  });
  after(async () => {
    await registry?.stop();
    for (const dir of [folder, out]) rmSync(dir, { recursive: true, force: true });
  });
  const url = (name: string): string => `oci://${registry.host}/${name}`;
  const push = (name: string, ...more: string[]) => runOk(['push', 'artifact', url(name), '-f', folder, ...FROM, ...more]);

  it('are built and pushed with the very digests of flux', async () => {
    const file = join(out, 'artifact.tgz');
    const built = await runOk(['build', 'artifact', '--path', folder, '--output', file]);
    assert.equal(built.stdout, '');
    assert.equal(await computeDigest(readFileSync(file)), KNOWN_DIGESTS.tarball);
    const { stdout } = await push('same:v1', '--reproducible', '-o', 'json');
    assert.deepEqual(JSON.parse(stdout), {
      url: `${url('same')}@${KNOWN_DIGESTS.artifact}`,
      repository: `${registry.host}/same`,
      tag: 'v1',
      digest: KNOWN_DIGESTS.artifact,
    });
    const one = await runOk([
      'push',
      'artifact',
      url('same:file'),
      '-f',
      join(folder, 'apps/config.yaml'),
      ...FROM,
      '--reproducible',
      '-o',
      'name',
    ]);
    assert.equal(one.stdout, `${registry.host}/same@${KNOWN_DIGESTS.artifactOfFile}\n`);
  });

  it('are left alone where nothing but the time would change', async () => {
    const first = JSON.parse((await push('twice:v1', '-o', 'json')).stdout) as { digest: string };
    const again = await push('twice:v1', '-o', 'json');
    assert.equal((JSON.parse(again.stdout) as { digest: string }).digest, first.digest);
    assert.match(again.stderr, /✔ artifact unchanged/);
    const other = await push('twice:v1', '-a', 'team=blue', '-o', 'json');
    assert.notEqual((JSON.parse(other.stdout) as { digest: string }).digest, first.digest);
    assert.match(other.stderr, /successfully pushed/);
  });

  it('send no blob that the registry has, and mount what a sibling has', async () => {
    const { send, sent, close } = countSends();
    const ports = { send, sleep: () => Promise.resolve() };
    const client = await openRegistry({ registry: registry.host, chunkBytes: 8 }, ports);
    const packed = await packFile('a.yaml', Buffer.from('kind: A\n'), 0o644);
    const image = makeImage({ layer: packed, annotations: { 'org.opencontainers.image.created': '1970-01-01T00:00:00Z' } });
    const layer = { digest: packed.digest, bytes: packed.bytes };
    assert.equal(await client.putBlob('blobs', layer), 'uploaded');
    assert.ok(sent.filter((line) => line.startsWith('PATCH')).length > 2, 'went up in pieces');
    sent.length = 0;
    assert.equal(await client.putBlob('blobs', layer), 'present');
    assert.deepEqual(
      sent.map((line) => line.split(' ')[0]),
      ['HEAD'],
    );
    assert.equal(await client.putBlob('sibling', layer, 'blobs'), 'mounted');
    await client.putBlob('sibling', image.config);
    await client.putManifest('sibling', 'v1', image.manifest);
    assert.equal(await client.headManifest('sibling', 'v1'), image.manifest.digest);
    assert.deepEqual(Buffer.from(await client.getBlob('sibling', image.layer, 1024)), Buffer.from(packed.bytes));
    await assert.rejects(client.getBlob('sibling', image.layer, 8), { code: 'oci/too-large' });
    close();
  });

  it('are pulled into a folder, never through a link', async () => {
    await push('pull:v1');
    const target = join(out, 'pulled');
    mkdirSync(target);
    writeFileSync(join(target, 'mine.txt'), 'stays');
    const pulled = await runOk(['pull', 'artifact', url('pull:v1'), '-o', target]);
    assert.match(pulled.stderr, /✔ source https:\/\/git\.example\.com\/fleet\n✔ revision main@sha1:0123\n✔ digest 127/);
    assert.equal(readFileSync(join(target, 'apps/config.yaml'), 'utf8'), 'kind: ConfigMap\n');
    assert.equal(statSync(join(target, 'run.sh')).mode & 0o777, 0o755);
    assert.equal(readFileSync(join(target, 'mine.txt'), 'utf8'), 'stays');
    for (const name of ['picture.png', 'link', 'apps/.git']) assert.ok(!existsSync(join(target, name)), name);
    const trap = join(out, 'trap');
    const outside = join(out, 'outside');
    for (const dir of [trap, outside]) mkdirSync(dir);
    symlinkSync(outside, join(trap, 'apps'));
    const refused = await runCli(['pull', 'artifact', url('pull:v1'), '-o', trap]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /is a link, and the artifact has a directory there/);
    assert.ok(!existsSync(join(outside, 'config.yaml')));
    const missing = await runCli(['pull', 'artifact', url('pull:v1'), '-o', join(out, 'nowhere')]);
    assert.match(missing.stderr, /invalid output path/);
  });

  it('are tagged and listed, the last by name first', async () => {
    await push('list:1.0.0');
    const tagged = await runOk(['tag', 'artifact', url('list:1.0.0'), '--tag', '1.1.0,latest', '--tag', 'x.sig']);
    assert.match(tagged.stderr, /✔ artifact tagged as 127\.0\.0\.1:\d+\/list:1\.1\.0\n/);
    const again = JSON.parse(
      (await runOk(['tag', 'artifact', url('list:1.0.0'), '--tag', 'latest', '-o', 'json'])).stdout,
    ) as object[];
    assert.deepEqual(
      again.map((row) => 'action' in row && row.action),
      ['unchanged'],
    );
    const all = await runOk(['list', 'artifacts', url('list')]);
    const rows = all.stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/\s{2,}/));
    assert.deepEqual(rows[0], ['ARTIFACT', 'DIGEST', 'SOURCE', 'REVISION']);
    assert.deepEqual(
      rows.slice(1).map(([name]) => name?.split(':').at(-1)),
      ['latest', '1.1.0', '1.0.0'],
    );
    assert.deepEqual(rows[1]?.slice(2), [KNOWN_SOURCE, KNOWN_REVISION]);
    const names = async (...flags: string[]) => (await runOk(['list', 'artifacts', url('list'), '-o', 'name', ...flags])).stdout;
    assert.equal(await names('--filter-semver', '>=1.1.0'), `${registry.host}/list:1.1.0\n`);
    assert.equal(await names('--filter-regex', '^la'), `${registry.host}/list:latest\n`);
    for (const flag of ['--filter-semver=%', '--filter-regex=(']) {
      const bad = await runCli(['list', 'artifacts', url('list'), flag, '-o', 'json']);
      assert.equal(bad.code, 1);
      assert.equal((JSON.parse(bad.stderr) as { error: { code: string } }).error.code, 'artifact/bad-filter');
    }
  });

  it('are compared file by file, with the exit codes of diff', async () => {
    await push('diff:v1');
    const diff = (path: string, ...more: string[]) => runCli(['diff', 'artifact', url('diff:v1'), '--path', path, ...more]);
    const same = await diff(folder);
    assert.deepEqual([same.code, same.stdout, same.stderr], [0, '', '✔ no changes detected\n']);
    const changed = makeKnownFolder();
    writeFileSync(join(changed, 'apps/config.yaml'), 'kind: Secret\n');
    writeFileSync(join(changed, 'new.yaml'), 'kind: New\n');
    chmodSync(join(changed, 'run.sh'), 0o644);
    const differs = await diff(changed);
    assert.equal(differs.code, 1);
    assert.deepEqual(
      differs.stdout
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(/\s+/)),
      [
        ['content', 'apps/config.yaml'],
        ['added', 'new.yaml'],
        ['mode', 'run.sh'],
      ],
    );
    rmSync(changed, { recursive: true });
    const nothing = await runCli(['diff', 'artifact', url('diff:v2'), '--path', folder, '-o', 'json']);
    assert.equal(nothing.code, 2);
    assert.match(nothing.stderr, /oci\/not-found/);
  });

  it('come from standard input under one name', async () => {
    const args = ['push', 'artifact', url('stdin:v1'), '-f', '-', ...FROM, '-o', 'json'];
    const first = await runOk(args, { stdin: 'kind: A\n\n' });
    const again = await runOk(args, { stdin: 'kind: A\n' });
    assert.equal(again.stdout, first.stdout);
    assert.match(again.stderr, /unchanged/);
  });

  it('are refused with the cause and the mend where words are missing or wrong', async () => {
    const cases: readonly (readonly [readonly string[], string])[] = [
      [['push', 'artifact'], 'artifact/url-missing'],
      [['push', 'artifact', url('x:v1'), '-f', folder, '--revision=x'], 'artifact/source-missing'],
      [['push', 'artifact', url('x:v1'), '-f', folder, '--source=x'], 'artifact/revision-missing'],
      [['push', 'artifact', url('x:v1'), ...FROM], 'artifact/bad-path'],
      [['push', 'artifact', url('x:v1'), ...FROM, '-f', '/nonexistent/folder'], 'artifact/bad-path'],
      [['push', 'artifact', url('x:v1'), ...FROM, '-f', folder, '-a', 'novalue'], 'artifact/bad-annotation'],
      [['push', 'artifact', url('x:v1'), ...FROM, '-f', folder, '-a', 'org.opencontainers.image.created=now'], 'oci/bad-created'],
      [['push', 'artifact', `${url('x')}@sha256:${'0'.repeat(64)}`, ...FROM, '-f', folder], 'artifact/tag-missing'],
      [['push', 'artifact', 'https://x/y', ...FROM, '-f', folder], 'oci/bad-url'],
      [['tag', 'artifact', url('x:v1')], 'artifact/tag-missing'],
      [['tag', 'artifact', url('x:v1'), '--tag', 'a b'], 'oci/bad-tag'],
      [['tag', 'artifact', url('x:v1'), '--tag', 'a'], 'oci/not-found'],
      [['pull', 'artifact', url('x:v1')], 'artifact/bad-output'],
      [['list', 'artifacts', 'oci://127.0.0.1:1/x'], 'oci/unreachable'],
      [['build', 'artifact', '-p', folder, '-o', '/nonexistent/folder/x'], 'artifact/output-unwritable'],
      [['push', 'artifact', url('x:v1'), ...FROM, '-f', folder, '--provider=aws'], 'cloud/bad-registry'],
    ];
    for (const [argv, code] of cases) {
      const hasForm = argv[0] === 'push' || argv[0] === 'tag' || argv[0] === 'list';
      const run = await runCli([...argv, ...(hasForm ? ['-o', 'json'] : [])]);
      assert.equal(run.code, 1, argv.join(' '));
      assert.equal(run.stdout, '');
      if (hasForm) assert.match(run.stderr, new RegExp(`"code": "${code}"`), argv.join(' '));
      else assert.match(run.stderr, /^✗ .+\n {2}\S/m, argv.join(' '));
    }
  });
});

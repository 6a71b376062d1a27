import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { commandIndex } from '../../../src/commands/index.ts';
import { flagsOf, globalsOf } from '../../../src/lib/cli/launch.ts';
import { parseArgv } from '../../../src/lib/cli/parse-argv.ts';
import { readText } from '../../../src/lib/core/read-object.ts';
import { runCli } from '../../support/run-cli.ts';
import { keptStory, memoryStore } from '../lib/features/objects/memory-store.ts';
import { runCommand } from './run-command.ts';

const SECRET = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'hook', namespace: 'apps' } };

describe('create secret receiver', () => {
  const line = ['create', 'secret', 'receiver', 'hook', '-n', 'apps', '--type=github', '--hostname=flux.example.com'];

  test('without --token keeps the token that there is', async () => {
    const store = memoryStore([{ ...SECRET, type: 'Opaque', data: { token: Buffer.from('old').toString('base64') } }]);
    await runCommand(line, { kube: store.kube, progress: keptStory() });
    assert.deepEqual(store.get('Secret/apps/hook')?.['data'], { token: 'b2xk' });
    assert.equal(store.get('Secret/apps/hook')?.['stringData'], undefined);
  });

  test('without --token makes one where there is none', async () => {
    const store = memoryStore();
    await runCommand(line, { kube: store.kube, progress: keptStory() });
    assert.match(readText(store.get('Secret/apps/hook'), 'stringData', 'token'), /^[0-9a-f]{64}$/);
  });

  test('its --token is no login to the API server', async () => {
    const { default: command } = (await commandIndex()['create secret receiver']?.load()) ?? assert.fail();
    const { flags } = parseArgv(['--token=s3cret'], flagsOf(command));
    assert.equal(flags['token'], 's3cret');
    assert.equal(globalsOf(command, flags).token, '');
  });
});

describe('create', () => {
  test('tells of flags that have no effect, and prints the same', async () => {
    const line = ['create', 'source', 'bucket', 'fleet', '--bucket-name=b', '--endpoint=e', '--export'];
    const [plain, idle] = [await runCli(line), await runCli([...line, '--access-key=AK', '--secret-key=SK-s3cret'])];
    assert.equal(idle.stdout, plain.stdout);
    assert.match(idle.stderr, /--access-key, --secret-key have no effect/);
    assert.doesNotMatch(idle.stderr, /s3cret/);
    assert.equal(plain.stderr, '');
  });

  test('warns of values that the API server will refuse', async () => {
    for (const [line, warning] of [
      ['alert aa --provider-ref=p --event-source=a/b --event-severity=loud', '--event-severity=loud'],
      ['alert-provider aa --type=bogus', '--type=bogus'],
      ['source oci aa --url=ghcr.io/a --tag=1', '--url=ghcr.io/a'],
      ['source chart aa --source=Bucket/b --chart=c --reconcile-strategy=x', '--reconcile-strategy=x'],
      ['source helm aa --url=oci://a/b --oci-provider=x', '--oci-provider=x'],
    ] as const) {
      const run = await runCli(['create', ...line.split(' '), '--export']);
      assert.equal(run.code, 0);
      assert.ok(run.stderr.includes(`⚠️  ${warning} `), run.stderr);
    }
  });

  test('says which flag is missing, and prints nothing', async () => {
    for (const kind of ['bucket', 'chart', 'git', 'helm', 'oci']) {
      const run = await runCli(['create', 'source', kind, 'fleet', '--export']);
      assert.deepEqual([run.code, run.stdout], [1, '']);
      assert.match(run.stderr, /^✗ .* required\n/);
    }
  });
});

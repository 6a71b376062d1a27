import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isJsonObject, type JsonObject } from '../../../../../src/lib/core/json.ts';
import { readPath } from '../../../../../src/lib/core/read-object.ts';
import { scriptWorld } from './scripted-source.ts';

const FILES = { 'a.yaml': 'a: 1\n', 'b.md': 'b\n' };

const reasonsOf = (status: JsonObject): Record<string, string> =>
  Object.fromEntries(
    (Array.isArray(status['conditions']) ? status['conditions'] : [])
      .filter(isJsonObject)
      .map(({ type, status: state, reason }) => [String(type), `${String(state)} ${String(reason)}`]),
  );

test('reconcileGitRepository() fetches nothing while revision and content stay', async () => {
  const world = scriptWorld(FILES);
  await world.run('app', {});
  const first = world.status('app');
  const report = await world.run('app', { interval: '2m' });
  assert.deepEqual([report.outcome, report.isNew], ['done', false]);
  assert.equal(world.calls[1]?.observed, readPath(first, 'artifact', 'revision'));
  assert.deepEqual(world.status('app')['artifact'], first['artifact']);
  assert.equal(world.status('app')['observedGeneration'], 2);
});

test('reconcileGitRepository() builds anew when what goes in was changed, without a second transfer', async () => {
  const world = scriptWorld(FILES);
  await world.run('app', {});
  await world.run('app', { ignore: '*.md' });
  await world.run('other', { ref: { tag: 'v1' } });
  assert.equal(world.transfers.length, 1);
  assert.equal(world.status('app')['observedIgnore'], '*.md');
  const digests = ['app', 'other'].map((name) => readPath(world.status(name), 'artifact', 'digest'));
  assert.notEqual(digests[0], digests[1]);
});

test('reconcileGitRepository() notes what it included, and follows it', async () => {
  const world = scriptWorld(FILES);
  const spec = { include: [{ repository: { name: 'lib' }, toPath: 'vendor' }] };
  assert.equal((await world.run('app', spec)).error?.code, 'reconcile/include-unavailable');
  assert.deepEqual(reasonsOf(world.status('app')), {
    Reconciling: 'True ProgressingWithRetry',
    Ready: 'False NotFound',
    IncludeUnavailable: 'True NotFound',
  });
  assert.equal(world.status('app')['observedGeneration'], -1);
  await world.run('lib', {});
  assert.equal((await world.run('app', spec)).outcome, 'done');
  assert.deepEqual(world.status('app')['includedArtifacts'], [world.status('lib')['artifact']]);
  assert.deepEqual(world.status('app')['observedInclude'], spec.include);
  const before = readPath(world.status('app'), 'artifact', 'digest');
  await world.run('lib', { ignore: '*.md' });
  assert.equal((await world.run('app', spec)).outcome, 'done');
  assert.notEqual(readPath(world.status('app'), 'artifact', 'digest'), before);
  assert.deepEqual(reasonsOf(world.status('app')), { Ready: 'True Succeeded', ArtifactInStorage: 'True Succeeded' });
});

test('reconcileGitRepository() refuses an include whose artifact cannot be had again', async () => {
  const world = scriptWorld(FILES);
  await world.run('lib', {});
  world.kept.clear();
  world.change({ 'other.yaml': 'x' });
  const report = await world.run('app', { include: [{ repository: { name: 'lib' } }] });
  assert.equal(report.error?.code, 'reconcile/include-lost');
});

test('reconcileGitRepository() tells of a Secret that is no good, and of a provider without its data', async () => {
  const data = { address: Buffer.from('ftp://proxy').toString('base64') };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'proxy', namespace: 'apps' }, data };
  const world = scriptWorld(FILES, [secret]);
  assert.equal((await world.run('app', { proxySecretRef: { name: 'proxy' } })).error?.code, 'reconcile/invalid-secret');
  const report = await world.run('app', { provider: 'github' });
  assert.equal(report.error?.code, 'reconcile/invalid-provider');
  assert.equal(reasonsOf(world.status('app'))['Stalled'], 'True InvalidProviderConfiguration');
  assert.equal(world.status('app')['observedGeneration'], 2);
});

test('reconcileGitRepository() keeps what it had through a failure, and clears up after it', async () => {
  const world = scriptWorld(FILES);
  await world.run('app', {});
  const { artifact } = world.status('app');
  await world.run('app', { sparseCheckout: ['nowhere'] });
  assert.deepEqual(world.status('app')['artifact'], artifact);
  assert.equal(reasonsOf(world.status('app'))['FetchFailed'], 'True GitOperationFailed');
  await world.run('app', {});
  assert.deepEqual(reasonsOf(world.status('app')), { Ready: 'True Succeeded', ArtifactInStorage: 'True Succeeded' });
});

test('reconcileGitRepository() takes a sparse path as a beginning of paths', async () => {
  const world = scriptWorld({ 'deploy/a': 'a', 'deploy-2/b': 'b', 'docs/c': 'c' });
  await world.run('sparse', { sparseCheckout: ['./deploy'] });
  await world.run('ignored', { ignore: 'docs/' });
  const digests = ['sparse', 'ignored'].map((name) => readPath(world.status(name), 'artifact', 'digest'));
  assert.equal(digests[0], digests[1]);
});

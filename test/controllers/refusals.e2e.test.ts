import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { APPS, type Ground, openGround } from './open-ground.ts';

/** Apart from the others, which are held to no denial at all. */
describe('what the narrow profile refuses, and what is said of it', {
  timeout: 300_000,
  skip: process.platform !== 'linux' && 'leader election needs the file of a pod',
}, () => {
  let ground: Ground;
  const flags = ['--source=GitRepository/charts', '--chart=./web', '--interval=1h'];

  before(async () => {
    ground = await openGround(['source-controller', 'kustomize-controller', 'helm-controller']);
    await ground.git.create('charts');
    const files = {
      'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
      'config/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf, namespace: apps}\n',
    };
    await ground.git.commitFiles('charts', files, 'Add a chart and a ConfigMap');
    const source = ['create', 'source', 'git', 'charts', '-n', APPS, `--url=${ground.git.urlOf('charts')}`, '--branch=main'];
    await ground.ok(...source, '--interval=1h');
  });

  after(async () => {
    await ground?.close();
  });

  it('a controller that may not act as an account: the hint lets it', async () => {
    const hint = /flux-ts rbac role controllers -n apps --account=nobody/;
    const release = await ground.fails('create', 'helmrelease', 'web', '-n', APPS, ...flags, '--service-account=nobody');
    assert.match(release.stderr, /cannot impersonate/);
    assert.match(release.stderr, hint);
    const path = ['--source=GitRepository/charts', '--path=./config', '--interval=1h', '--service-account=nobody'];
    const kustomization = await ground.fails('create', 'kustomization', 'web', '-n', APPS, ...path);
    assert.match(kustomization.stderr, hint);
    const resumed = await ground.fails('resume', 'helmrelease', 'web', '-n', APPS);
    assert.match(resumed.stderr, hint);
  });

  it('an object that names no account: what a policy refuses, no role would allow', async () => {
    const run = await ground.fails('create', 'helmrelease', 'none', '-n', APPS, ...flags);
    assert.match(run.stderr, /spec\.serviceAccountName must name the account/);
    assert.match(run.stderr, /a policy of the cluster refuses this, whatever the role/);
  });
});

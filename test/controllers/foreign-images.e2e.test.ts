import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { GROUP } from '../../src/lib/core/flux.ts';
import { type OciRegistry, startOciRegistry } from '../support/oci-registry.ts';
import { APPS, type Ground, openGround } from './open-ground.ts';

const API = `${GROUP.image}/v1`;
const OTHER = 'other';

/** Only without `--multi-tenant`, which allows no references into other namespaces. */
describe('image-reflector-controller and policies of other namespaces', {
  timeout: 300_000,
  skip: process.platform !== 'linux' && 'leader election needs the file of a pod',
}, () => {
  let ground: Ground;
  let registry: OciRegistry;

  before(async () => {
    ground = await openGround(['image-reflector-controller'], { multiTenant: false });
    registry = await startOciRegistry();
    await registry.push('app', '1.0.0', Buffer.from('one'));
    await ground.kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: OTHER, labels: { team: 'b' } } });
    const repository = ['create', 'image', 'repository', 'app', '-n', APPS, `--image=${registry.host}/app`];
    await ground.ok(...repository, '--interval=1h');
    const spec = { imageRepositoryRef: { name: 'app', namespace: APPS }, policy: { alphabetical: {} } };
    await ground.kube.create({ apiVersion: API, kind: 'ImagePolicy', metadata: { name: 'app', namespace: OTHER }, spec });
  });

  after(async () => {
    await ground?.close();
    await registry?.stop();
  });

  it('a policy may not look into a namespace that does not let it in', async () => {
    const run = await ground.fails('reconcile', 'image', 'policy', 'app', '-n', OTHER);
    assert.match(run.stderr, /access denied: 'apps\/app' can't be accessed/);
  });

  it('it may where its namespace has the labels, which the role lets the controller read', async () => {
    const accessFrom = { namespaceSelectors: [{ matchLabels: { team: 'b' } }] };
    const repository = { apiVersion: API, kind: 'ImageRepository', namespace: APPS, name: 'app' };
    await ground.kube.patch(repository, { spec: { accessFrom } }, { type: 'merge' });
    const run = await ground.ok('reconcile', 'image', 'policy', 'app', '-n', OTHER);
    assert.match(run.stderr, /selected ref .*\/app:1\.0\.0/);
  });
});

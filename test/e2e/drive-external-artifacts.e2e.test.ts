import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { JsonObject } from '../../src/lib/core/json.ts';
import { readText } from '../../src/lib/core/read-object.ts';
import { computeDigest, pack } from '../../src/lib/engine/artifact/index.ts';
import { type KubeClient } from '../../src/lib/engine/kube/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { assertFails, type CliWorld, openCliWorld, readyOf } from '../support/cli-world.ts';
import { connectKube } from '../support/connect-kube.ts';
import { conditionLines, configMapFile } from '../support/drive-objects.ts';
import { type FileServer, startFileServer } from '../support/file-server.ts';
import { makeTar } from '../support/make-tar.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';

const EXTERNAL = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'ExternalArtifact' } as const;
const REVISION = 'latest@sha256:0123';

describe('a driven Kustomization of an ExternalArtifact', () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let server: FileServer;
  let world: CliWorld;
  let count = 0;

  before(async () => {
    sandbox = await useSandbox();
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
    server = await startFileServer();
  });
  beforeEach(async () => {
    await world?.close();
    server.files.clear();
    server.requests.length = 0;
    world = await openCliWorld(sandbox.kubeconfigPath, `external-${process.pid}-${(count += 1)}`);
  });
  after(async () => {
    await world?.close();
    await server?.close();
    await kube?.close();
    await sandbox?.close();
  });

  /** An ExternalArtifact as its maker leaves it, and a Kustomization of it. */
  async function publish(artifact: JsonObject, name = 'app'): Promise<void> {
    const ref = { ...EXTERNAL, namespace: world.namespace, name };
    if ((await kube.get(ref)) === undefined) {
      await kube.create({ ...EXTERNAL, metadata: { name, namespace: world.namespace }, spec: {} });
      await world.createKustomization(name, { sourceRef: { kind: 'ExternalArtifact', name } });
    }
    const status = { artifact: { path: 'a.tar.gz', revision: REVISION, lastUpdateTime: '2026-01-01T00:00:00Z', ...artifact } };
    await kube.patch(ref, { status }, { type: 'merge', subresource: 'status' });
  }
  async function serve(bytes: Uint8Array, path = '/a.tar.gz'): Promise<JsonObject> {
    server.files.set(path, bytes);
    return { url: server.urlOf(path), digest: await computeDigest(bytes), size: bytes.length };
  }
  const tarball = async (from: string): Promise<Uint8Array> => {
    const bytes = Buffer.from(configMapFile('hello', from));
    return (await pack([{ path: 'deploy/config.yaml', mode: 0o100644, type: 'file', bytes }], () => false)).bytes;
  };
  const drive = (...words: string[]) =>
    world.run(['reconcile', 'kustomization', 'app', '-n', world.namespace, '--drive', ...words, '-o', 'json']);
  const hello = () => kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: world.namespace, name: 'hello' });

  it('applies what is at its URL, once for all that use it, and takes the same digest from the store', async () => {
    const artifact = await serve(await tarball('one'));
    await publish({ ...artifact, metadata: { 'org.opencontainers.image.revision': 'main@sha1:abc' } });
    await world.createKustomization('second', { sourceRef: { kind: 'ExternalArtifact', name: 'app' }, path: './' });
    const run = await world.run(['drive', '-n', world.namespace, '-o', 'json']);
    assert.equal(run.code, 0, run.stderr);
    assert.equal(readText(await hello(), 'data', 'from'), 'one');
    assert.deepEqual(server.requests, ['/a.tar.gz']);
    const done = await world.kustomization('app');
    assert.equal(readText(done, 'status', 'lastAppliedRevision'), REVISION);
    assert.equal(readText(done, 'status', 'lastAppliedOriginRevision'), 'main@sha1:abc');
    assert.deepEqual(conditionLines(done), [`Ready True ReconciliationSucceeded Applied revision: ${REVISION}`]);
    const leases = await kube.list({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' }, { namespace: world.namespace });
    const names = leases.items.map(({ metadata }) => metadata.name);
    assert.deepEqual(names, ['kustomize-controller-leader-election'], "source-controller's is left to it");
    assert.equal((await drive()).code, 0);
    assert.deepEqual(server.requests, ['/a.tar.gz']);
  });

  it('applies the next artifact, and prunes', async () => {
    await publish(await serve(await tarball('one')));
    assert.equal((await drive()).code, 0);
    const bytes = Buffer.from(configMapFile('other', 'two'));
    const next = await pack([{ path: 'deploy/config.yaml', mode: 0o100644, type: 'file', bytes }], () => false);
    await publish({ ...(await serve(next.bytes, '/b.tar.gz')), revision: 'latest@sha256:4567' });
    const run = await drive();
    assert.equal(run.code, 0, run.stderr);
    assert.equal(await hello(), undefined);
  });

  it('reconcile/artifact-not-found: status 404 is waited for as the controller does', async () => {
    await publish({ url: server.urlOf('/none.tar.gz'), digest: await computeDigest(Buffer.from('x')) });
    assertFails(
      await drive(),
      'reconcile/artifact-not-found',
      /^Source is not ready, artifact not found, retrying in 30s$/,
      /store it again/,
    );
    assert.deepEqual(server.requests, ['/none.tar.gz'], 'not asked for again and again');
    assert.equal(readyOf(await world.kustomization('app')), 'False ArtifactFailed');
    const events = await kube.list({ apiVersion: 'v1', kind: 'Event' }, { namespace: world.namespace });
    assert.deepEqual(
      events.items.map((event) => readText(event, 'message')),
      [],
    );
  });

  it('artifact/digest-mismatch: other bytes than the status says', async () => {
    const artifact = await serve(await tarball('one'));
    await publish({ ...artifact, digest: `sha256:${'0'.repeat(64)}` });
    assertFails(await drive(), 'artifact/digest-mismatch', /^failed to verify archive: computed digest/, /fetch it again/);
    assert.equal(readyOf(await world.kustomization('app')), 'False ArtifactFailed');
    assert.equal(await hello(), undefined);
    await publish(artifact);
    assert.equal((await drive()).code, 0, 'and what was bad was not kept');
  });

  it('artifact/too-large: an archive that unpacks to more than 512 MiB', async () => {
    const zeros = Buffer.alloc(600 * 1024 * 1024);
    await publish(await serve(gzipSync(zeros, { level: 1 })));
    assertFails(await drive(), 'artifact/too-large', /unpacks to more than the limit of 536870912 bytes/, /\.sourceignore/);
  });

  it('artifact/unsafe-path: a path that leads out of the archive', async () => {
    const content = Buffer.from(configMapFile('evil', 'x'));
    await publish(
      await serve(
        gzipSync(
          makeTar([
            { name: 'deploy/a.yaml', content },
            { name: '../../evil.yaml', content },
          ]),
        ),
      ),
    );
    assertFails(await drive(), 'artifact/unsafe-path', /"\.\.\/\.\.\/evil\.yaml"/, /do not use it/);
  });

  it('artifact/corrupt: a page of HTML, and artifact/http-status after some tries', async () => {
    await publish(await serve(Buffer.from('<html>')));
    assertFails(await drive(), 'artifact/corrupt', /not compressed with gzip/, /build it anew/);
    server.files.set('/a.tar.gz', 500);
    await publish({ url: server.urlOf('/a.tar.gz'), digest: `sha256:${'1'.repeat(64)}` });
    assertFails(await drive(), 'artifact/http-status', /answered with status 500/, /server of the artifact/);
    assert.equal(server.requests.length, 6);
  });

  it('artifact/unreachable: a name of the cluster that has no Service names the right and the port to forward', async () => {
    const url = `http://source-watcher.${world.namespace}.svc.cluster.local./external/app.tar.gz`;
    await publish({ url, digest: `sha256:${'1'.repeat(64)}` });
    assertFails(
      await drive(),
      'artifact/unreachable',
      /services "source-watcher" not found/,
      /services\/proxy.*SOURCE_WATCHER_LOCALHOST=127/,
    );
  });

  it('SOURCE_WATCHER_LOCALHOST takes the place of the host', async () => {
    const artifact = await serve(await tarball('forwarded'), '/external/app.tar.gz');
    await publish({ ...artifact, url: `http://source-watcher.${world.namespace}.svc.cluster.local./external/app.tar.gz` });
    const argv = ['reconcile', 'kustomization', 'app', '-n', world.namespace, '--drive'];
    const run = await world.run(argv, { env: { SOURCE_WATCHER_LOCALHOST: server.host } });
    assert.equal(run.code, 0, run.stderr);
    assert.equal(readText(await hello(), 'data', 'from'), 'forwarded');
  });

  it('objects/no-source: nobody can be asked to make it with --with-source', async () => {
    await publish(await serve(await tarball('one')));
    assertFails(
      await drive('--with-source'),
      'objects/no-source',
      /cannot reconcile source of kind ExternalArtifact/,
      /taken as it is/,
    );
    assert.equal((await drive()).code, 0);
  });

  it('reconcile/source-not-found and reconcile/no-artifact: as the controller says them', async () => {
    await world.createKustomization('app', { sourceRef: { kind: 'OCIRepository', name: 'app' } });
    assertFails(
      await drive(),
      'reconcile/source-not-found',
      /^ocirepositories\.source\.toolkit\.fluxcd\.io "app" not found$/,
      /OCIRepository/,
    );
    const spec = { interval: '1h', url: 'oci://127.0.0.1:1/app' };
    await kube.create({ ...EXTERNAL, kind: 'OCIRepository', metadata: { name: 'app', namespace: world.namespace }, spec });
    assertFails(
      await drive(),
      'reconcile/no-artifact',
      /^Source artifact not found, retrying in 30s$/,
      /flux-ts get sources oci app/,
    );
  });
});

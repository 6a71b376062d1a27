import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { computeDigest, pack } from '../../src/lib/engine/artifact/index.ts';
import { applyDefinitions } from './apply-definitions.ts';
import { openCliWorld } from './cli-world.ts';
import { connectKube } from './connect-kube.ts';
import { configMapFile } from './drive-objects.ts';
import { startSandbox } from './sandbox.ts';

// A program of its own, for a network namespace in which its first word is an address of this machine: API servers proxy to
// no loopback address. It prints what came of two runs, as JSON.
const [address = ''] = process.argv.slice(2);
const PORT = 19_090;
const namespace = 'keep';
const SOURCE = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'ExternalArtifact' } as const;

const sandbox = await startSandbox({ name: 'proxy', alone: true });
const kube = await connectKube(sandbox.kubeconfigPath);
await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
const world = await openCliWorld(sandbox.kubeconfigPath, namespace);
const bytes = Buffer.from(configMapFile('hello', 'proxy'));
const tarball = await pack([{ path: 'deploy/config.yaml', mode: 0o100644, type: 'file', bytes }], () => false);
const forwarded: unknown[] = [];
const server = createServer((request, response) => {
  forwarded.push(request.headers['x-forwarded-uri']);
  if (request.url === '/external/app.tar.gz') response.end(tarball.bytes);
  else response.writeHead(404).end('404 page not found\n');
});
await new Promise<void>((resolve) => server.listen(PORT, address, resolve));
try {
  await serveAs('source-watcher');
  await kube.create({ ...SOURCE, metadata: { name: 'app', namespace }, spec: {} });
  await world.createKustomization('app', { sourceRef: { kind: 'ExternalArtifact', name: 'app' } });
  const runs = [];
  for (const path of ['/none.tar.gz', '/external/app.tar.gz']) {
    const url = `http://source-watcher.${namespace}.svc.cluster.local.${path}`;
    const artifact = {
      path,
      url,
      digest: await computeDigest(tarball.bytes),
      revision: 'v1',
      lastUpdateTime: '2026-01-01T00:00:00Z',
    };
    await kube.patch({ ...SOURCE, namespace, name: 'app' }, { status: { artifact } }, { type: 'merge', subresource: 'status' });
    const { code, stderr } = await world.run(['reconcile', 'kustomization', 'app', '-n', namespace, '--drive']);
    runs.push({ code, stderr });
  }
  process.stdout.write(JSON.stringify({ runs, forwarded }));
} finally {
  server.close();
  await world.close();
  await kube.close();
  await sandbox.close();
}

/** Makes a Service whose one Pod is this process: the API server proxies to what it knows as a Pod only. */
async function serveAs(name: string): Promise<void> {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: 'default' };
  while ((await kube.get(account)) === undefined) await sleep(100);
  const spec = { containers: [{ name: 'server', image: 'none' }] };
  const { metadata } = await kube.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec });
  // No kubelet runs here that would say so.
  const status = { podIP: address, podIPs: [{ ip: address }], phase: 'Running' };
  await kube.patch({ apiVersion: 'v1', kind: 'Pod', namespace, name }, { status }, { type: 'merge', subresource: 'status' });
  await kube.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { ports: [{ name: 'http', port: 80 }] },
  });
  const targetRef = { kind: 'Pod', name, namespace, uid: metadata.uid ?? '' };
  const subsets = [{ addresses: [{ ip: address, targetRef }], ports: [{ name: 'http', port: PORT }] }];
  const endpoints: K8sObject = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace }, subsets };
  await kube.create(endpoints);
}

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { formatLogLine, type LogLine, readLogs } from '../../src/lib/features/inspect/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type FluxControllers, startFluxControllers } from '../support/flux-controllers.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const SOURCE = 'source.toolkit.fluxcd.io/v1';

/**
 * The sandbox has no kubelet, so that no API server can serve these logs: what is read here is what the real controllers, run
 * beside it, have written.
 */
describe('logs of the real controllers', () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let controllers: FluxControllers;

  before(async () => {
    sandbox = await startSandbox({ alone: true });
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['source-controller']);
    await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apps' } });
    controllers = await startFluxControllers({
      kubeconfigPath: sandbox.kubeconfigPath,
      controllers: ['source-controller'],
      clusterAdmin: true,
    });
    await kube.create({
      apiVersion: SOURCE,
      kind: 'GitRepository',
      metadata: { name: 'nowhere', namespace: 'apps' },
      spec: { interval: '1h', url: 'http://127.0.0.1:1/none.git' },
    });
    await kube.create({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'source-controller', namespace: 'flux-system', labels: { 'app.kubernetes.io/part-of': 'flux' } },
      spec: {
        selector: { matchLabels: { app: 'source-controller' } },
        template: { metadata: { labels: { app: 'source-controller' } }, spec: { containers: [{ name: 'manager', image: 'x' }] } },
      },
    });
  });

  after(async () => {
    await controllers?.stop();
    await kube?.close();
    await sandbox?.close();
  });

  const read = async (filter: { level: string; kind: string; name: string; namespace?: string }): Promise<LogLine[]> => {
    const lines: LogLine[] = [];
    const reader = {
      list: kube.list.bind(kube),
      async stream() {
        const bytes = new TextEncoder().encode(controllers.logs('source-controller'));
        return await Promise.resolve(
          (async function* () {
            yield bytes.subarray(0, bytes.length >> 1);
            yield bytes.subarray(bytes.length >> 1);
          })(),
        );
      },
    };
    const options = { ...filter, fluxNamespace: 'flux-system', follow: false };
    await readLogs(
      options,
      reader,
      AbortSignal.timeout(60_000),
      (line) => lines.push(line),
      () => {},
    );
    return lines;
  };

  it('shows what they say of an object, by kind, name, namespace and level', async () => {
    const wanted = { level: 'error', kind: 'GitRepository', name: 'nowhere', namespace: 'apps' };
    for (;;) {
      const pods = await kube.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace: 'flux-system' });
      if (pods.items.length > 0 && controllers.logs('source-controller').includes('"error"')) break;
      await sleep(100);
    }
    const lines = await read(wanted);
    const [line] = lines;
    assert.ok(line);
    assert.match(formatLogLine(line), /^\d{4}-\d\d-\d\dT\S+ error GitRepository\/nowhere\.apps - .*127\.0\.0\.1:1/);
    assert.deepEqual(await read({ ...wanted, namespace: 'other' }), []);
    const all = await read({ level: '', kind: '', name: '' });
    assert.ok(all.length > lines.length);
    assert.ok(
      all.some(({ name }) => name === ''),
      'lines about no object are shown where all are asked for',
    );
  });
});

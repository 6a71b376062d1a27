import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import type { WatchEvent } from '../../src/lib/engine/kube/index.ts';
import { connectKube } from '../support/connect-kube.ts';
import { useSandbox } from '../support/sandbox.ts';

const NAMESPACE = `kube-watch-${process.pid}`;
const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap' };
const LABELS = { watched: 'yes' };

const configMap = (name: string): K8sObject => ({ ...CONFIG_MAP, metadata: { name, namespace: NAMESPACE, labels: LABELS } });
const tell = (event: WatchEvent) => (event.type === 'SYNCED' ? 'SYNCED' : `${event.type} ${event.object.metadata.name}`);

test('watch() tells what there is, then SYNCED, then each change, and ends quietly by its signal', async () => {
  const client = await connectKube((await useSandbox()).kubeconfigPath);
  const controller = new AbortController();
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  try {
    await client.create(configMap('one'));
    const options = { namespace: NAMESPACE, labelSelector: 'watched=yes', signal: controller.signal };
    const told: string[] = [];
    for await (const event of client.watch(CONFIG_MAP, options)) {
      told.push(tell(event));
      if (event.type === 'SYNCED') await client.create(configMap('two'));
      if (told.at(-1) === 'ADDED two')
        await client.patch({ ...CONFIG_MAP, namespace: NAMESPACE, name: 'one' }, { data: { a: 'b' } }, { type: 'merge' });
      if (told.at(-1) === 'MODIFIED one') await client.delete({ ...CONFIG_MAP, namespace: NAMESPACE, name: 'two' });
      if (told.at(-1) === 'DELETED two') controller.abort();
    }
    assert.deepEqual(told, ['ADDED one', 'SYNCED', 'ADDED two', 'MODIFIED one', 'DELETED two']);
  } finally {
    controller.abort();
    await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE });
    await client.close();
  }
});

test('watch() from a version tells only what came after it', async () => {
  const client = await connectKube((await useSandbox()).kubeconfigPath);
  const controller = new AbortController();
  const kept = { apiVersion: 'v1', kind: 'Namespace', name: `${NAMESPACE}-later` };
  try {
    const { resourceVersion } = await client.list({ apiVersion: 'v1', kind: 'Namespace' });
    await client.create({ apiVersion: kept.apiVersion, kind: kept.kind, metadata: { name: kept.name } });
    const options = {
      resourceVersion,
      fieldSelector: `metadata.name=${kept.name}`,
      metadataOnly: true,
      signal: controller.signal,
    };
    for await (const event of client.watch({ apiVersion: 'v1', kind: 'Namespace' }, options)) {
      assert.equal(tell(event), `ADDED ${kept.name}`);
      assert.deepEqual('object' in event && [event.object.kind, 'spec' in event.object], ['Namespace', false]);
      controller.abort();
    }
  } finally {
    controller.abort();
    await client.delete(kept);
    await client.close();
  }
});

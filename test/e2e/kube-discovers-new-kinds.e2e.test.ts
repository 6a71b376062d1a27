import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFluxError } from '../../src/lib/core/errors.ts';
import { connectKube } from '../support/connect-kube.ts';
import { useSandbox } from '../support/sandbox.ts';

const GROUP = `kinds-${process.pid}.example.org`;
const KIND = { apiVersion: `${GROUP}/v1`, kind: 'Gadget' };
const DEFINITION = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `gadgets.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { kind: 'Gadget', plural: 'gadgets', singular: 'gadget', listKind: 'GadgetList', shortNames: ['gg'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

test('a kind is found as soon as its definition is there, and is unknown once that is gone', async () => {
  const client = await connectKube((await useSandbox()).kubeconfigPath);
  try {
    assert.equal(await client.resourceOf(KIND), undefined);
    await assert.rejects(client.list(KIND), (error) => isFluxError(error, 'kube/unknown-kind'));
    await client.apply(DEFINITION, { fieldManager: 'test' });
    for (let tries = 0; (await client.resourceOf(KIND)) === undefined && tries < 100; tries++) await sleep(50);
    assert.deepEqual((await client.resourceOf(KIND))?.shortNames, ['gg']);
    const gadget = { ...KIND, metadata: { name: 'g', namespace: 'default' }, spec: { exact: 9007199254740993n } };
    let written = false;
    for (let tries = 0; !written && tries < 100; tries++) {
      try {
        await client.apply(gadget, { fieldManager: 'test' });
        written = true;
      } catch (error) {
        if (!isFluxError(error, 'kube/not-found') && !isFluxError(error, 'kube/unknown-kind')) throw error;
        await sleep(50);
      }
    }
    const read = await client.get({ ...KIND, name: 'g', namespace: 'default' });
    assert.deepEqual(read?.['spec'], { exact: 9007199254740993n });
    await client.delete({ apiVersion: DEFINITION.apiVersion, kind: DEFINITION.kind, name: DEFINITION.metadata.name });
    const gone = async () => {
      try {
        await client.get({ ...KIND, name: 'g', namespace: 'default' });
        return false;
      } catch (error) {
        return isFluxError(error, 'kube/unknown-kind');
      }
    };
    let unknown = false;
    for (let tries = 0; !unknown && tries < 200; tries++) {
      unknown = await gone();
      if (!unknown) await sleep(50);
    }
    assert.equal(unknown, true);
  } finally {
    await client.delete({ apiVersion: DEFINITION.apiVersion, kind: DEFINITION.kind, name: DEFINITION.metadata.name });
    await client.close();
  }
});

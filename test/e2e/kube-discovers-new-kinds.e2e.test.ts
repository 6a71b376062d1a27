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

test('a list finds a kind that has another plural than was kept, and not one that is gone', async () => {
  const group = `plurals-${process.pid}.example.org`;
  const kind = { apiVersion: `${group}/v1`, kind: 'Gadget' };
  const definition = (plural: string) => ({
    ...DEFINITION,
    metadata: { name: `${plural}.${group}` },
    spec: { ...DEFINITION.spec, group, names: { kind: 'Gadget', plural, singular: 'gadget', listKind: 'GadgetList' } },
  });
  const { kubeconfigPath } = await useSandbox();
  const kept = new Map<string, string>();
  const discoveryStore = {
    read: (key: string) => Promise.resolve(kept.get(key)),
    write: (key: string, text: string) => Promise.resolve(void kept.set(key, text)),
  };
  const asAdmin = await connectKube(kubeconfigPath);
  /** What a new process with the same store gets. */
  const listAnew = async (): Promise<number | string> => {
    const client = await connectKube(kubeconfigPath, { discoveryStore });
    try {
      return (await client.list(kind)).items.length;
    } catch (error) {
      return isFluxError(error) ? error.code : String(error);
    } finally {
      await client.close();
    }
  };
  const until = async (wanted: number | string): Promise<void> => {
    let got = await listAnew();
    for (let tries = 0; got !== wanted && tries < 200; tries++) {
      await sleep(50);
      got = await listAnew();
    }
    assert.equal(got, wanted);
  };
  const remove = async (plural: string): Promise<void> => {
    const { apiVersion, kind: definitionKind } = DEFINITION;
    await asAdmin.delete({ apiVersion, kind: definitionKind, name: `${plural}.${group}` });
  };
  try {
    await asAdmin.apply(definition('gadgets'), { fieldManager: 'test' });
    await until(0);
    assert.equal(
      [...kept.values()].some((text) => text.includes('"gadgets"')),
      true,
    );
    await remove('gadgets');
    await asAdmin.apply(definition('gadgetry'), { fieldManager: 'test' });
    await until(0);
    await remove('gadgetry');
    await until('kube/unknown-kind');
  } finally {
    for (const plural of ['gadgets', 'gadgetry']) await remove(plural);
    await asAdmin.close();
  }
});

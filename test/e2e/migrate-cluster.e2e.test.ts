import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFluxError } from '../../src/lib/core/errors.ts';
import { isJsonObject, type JsonObject } from '../../src/lib/core/json.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { readList } from '../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { connectKube } from '../support/connect-kube.ts';
import { runCli, runOk } from '../support/run-cli.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';

const GROUP = `migrate-${process.pid}.fluxcd.example.org`;
const NAME = `gadgets.${GROUP}`;
const DEFINITION = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: NAME };

/** A definition of which one version is what objects are stored in. */
function definition(stored: 'v1beta1' | 'v1'): K8sObject {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const version = (name: string) => ({ name, served: true, storage: name === stored, schema });
  return {
    apiVersion: DEFINITION.apiVersion,
    kind: DEFINITION.kind,
    metadata: { name: NAME, labels: { 'app.kubernetes.io/part-of': 'flux' } },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: { kind: 'Gadget', plural: 'gadgets', singular: 'gadget', listKind: 'GadgetList' },
      versions: [version('v1beta1'), version('v1')],
    },
  };
}

describe('migrate without a path', () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  const gadget = (name: string) => ({ apiVersion: `${GROUP}/v1`, kind: 'Gadget', namespace: 'default', name });
  const managersOf = async (name: string): Promise<string[]> =>
    readList(await kube.get(gadget(name)), 'metadata', 'managedFields').map((entry) => {
      const { manager, apiVersion } = entry as { manager: string; apiVersion: string };
      return `${manager} ${apiVersion.slice(apiVersion.indexOf('/') + 1)}`;
    });
  const stored = async (): Promise<unknown> => {
    const status = (await kube.get(DEFINITION))?.['status'];
    return isJsonObject(status) ? status['storedVersions'] : undefined;
  };
  const migrate = async (...words: string[]): Promise<{ stderr: string; own: JsonObject | undefined }> => {
    const { stdout, stderr } = await runOk(['migrate', ...words, '-o', 'json'], { env: { KUBECONFIG: sandbox.kubeconfigPath } });
    const { definitions } = JSON.parse(stdout) as { definitions: JsonObject[] };
    return { stderr, own: definitions.find((each) => each['definition'] === NAME) };
  };

  before(async () => {
    sandbox = await useSandbox();
    kube = await connectKube(sandbox.kubeconfigPath);
    await kube.apply(definition('v1beta1'), { fieldManager: 'test' });
    for (const name of ['old', 'other']) {
      const object = { apiVersion: `${GROUP}/v1beta1`, kind: 'Gadget', metadata: { name, namespace: 'default' }, spec: { a: 1 } };
      for (let tries = 0; ; tries++) {
        try {
          await kube.apply(object, { fieldManager: 'kustomize-controller' });
          break;
        } catch (error) {
          if (tries > 100 || !(isFluxError(error, 'kube/not-found') || isFluxError(error, 'kube/unknown-kind'))) throw error;
          await sleep(50);
        }
      }
    }
    await kube.apply(definition('v1'), { fieldManager: 'test' });
    for (let tries = 0; JSON.stringify(await stored()) !== '["v1beta1","v1"]' && tries < 100; tries++) await sleep(50);
  });

  after(async () => {
    await kube?.delete(DEFINITION);
    await kube?.close();
    await sandbox?.close();
  });

  test('tells what would be migrated with --dry-run, and stores nothing', async () => {
    const { own, stderr } = await migrate('--dry-run');
    assert.deepEqual([own?.['storedVersions'], own?.['storageVersion']], [['v1beta1', 'v1'], 'v1']);
    assert.deepEqual(own?.['migrated'], ['default/old', 'default/other']);
    assert.match(stderr, /✔ Gadget\/default\/old would be migrated to version v1\n/);
    assert.deepEqual(await managersOf('old'), ['kustomize-controller v1beta1']);
    assert.deepEqual(await stored(), ['v1beta1', 'v1']);
  });

  test('has objects, their field managers and the definition in the version that is stored; a second run finds nothing', async () => {
    const { stderr } = await migrate();
    assert.match(stderr, /^► starting migration of custom resources\n/);
    assert.match(stderr, /✔ Gadget\/default\/other migrated to version v1\n/);
    assert.match(stderr, new RegExp(`✔ ${NAME} migrated to storage version v1\\n`));
    assert.match(stderr, /✔ custom resources migrated successfully\n$/);
    assert.deepEqual(await managersOf('old'), ['kustomize-controller v1']);
    assert.deepEqual(await stored(), ['v1']);
    const version = (await kube.get(gadget('old')))?.metadata.resourceVersion;
    assert.deepEqual((await migrate()).own?.['migrated'], []);
    assert.equal((await kube.get(gadget('old')))?.metadata.resourceVersion, version);
    // The older version can go now, which is what all this is for.
    const next = definition('v1');
    const { versions, ...rest } = next['spec'] as JsonObject & { versions: JsonObject[] };
    const without = { ...next, spec: { ...rest, versions: versions.filter(({ name }) => name === 'v1') } };
    await kube.apply(without as K8sObject, { fieldManager: 'test' });
    assert.deepEqual((await kube.get(gadget('old')))?.['spec'], { a: 1 });
  });

  test('fails where nobody answers', async () => {
    const { code, stderr } = await runCli(['migrate', '--server=https://127.0.0.1:1']);
    assert.equal(code, 1);
    assert.match(stderr, /✗ cannot reach the API server/);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { readPath } from '../../../../../src/lib/core/read-object.ts';
import { parseYaml } from '../../../../../src/lib/core/yaml/index.ts';
import { fromMemory } from '../../../../../src/lib/engine/filesys/index.ts';
import { createDecryption } from '../../../../../src/lib/engine/sops/create-decryption.ts';
import { readData, rejects, secretWith } from './sops-data.ts';

const files = fromMemory({ 'deploy/values.yaml': readData('values.enc.yaml') });
const object = parseYaml(readData('secret.enc.yaml').toString()) as unknown as K8sObject;

function kustomization(decryption: JsonObject): K8sObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'app', namespace: 'apps' },
    spec: { path: './deploy', decryption },
  };
}

describe('createDecryption()', () => {
  it('reads the Secret of the namespace once, for files and for objects', async () => {
    const asked: string[] = [];
    const decryption = createDecryption({
      readSecret: ({ namespace, name }) => {
        asked.push(`${namespace}/${name}`);
        return Promise.resolve(secretWith('age.agekey'));
      },
      rootOf: () => ({ secretGenerator: [{ files: ['values.yaml'] }] }),
    });
    const given = kustomization({ provider: 'sops', secretRef: { name: 'keys' } });
    const view = await decryption.decryptFiles(files, given);
    assert.deepEqual(Buffer.from(view.readFile('/deploy/values.yaml')), readData('values.plain.yaml'));
    const [plain] = await decryption.decryptObjects([object], given);
    assert.equal(readPath(plain, 'stringData', 'user'), 'admin');
    assert.deepEqual(asked, ['apps/keys']);
    await decryption.decryptObjects([object], given);
    assert.equal(asked.length, 2, 'the next run reads it again');
  });

  it('does nothing where no provider is named', async () => {
    const decryption = createDecryption({ readSecret: () => Promise.resolve(undefined), rootOf: () => ({}) });
    const given = kustomization({ provider: '' });
    assert.equal(await decryption.decryptFiles(files, given), files);
    assert.deepEqual(await decryption.decryptObjects([object], given), [object]);
  });

  it('says which Secret is missing, and which keys are where none is named', async () => {
    const decryption = createDecryption({ readSecret: () => Promise.resolve(undefined), rootOf: () => ({}) });
    await rejects(
      decryption.decryptFiles(files, kustomization({ provider: 'sops', secretRef: { name: 'keys' } })),
      'sops/secret-not-found',
      /^secrets "keys" not found/,
    );
    await rejects(decryption.decryptObjects([object], kustomization({ provider: 'sops' })), 'sops/no-data-key', /age1x60x26/);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { parseYaml } from '../../../../../src/lib/core/yaml/index.ts';
import { decryptObject } from '../../../../../src/lib/engine/sops/decrypt-object.ts';
import { readData, rejects, servicesOf } from './sops-data.ts';

const services = await servicesOf('age.agekey');
const read = (name: string): K8sObject => parseYaml(readData(name).toString()) as unknown as K8sObject;
const secret = (data: JsonObject): K8sObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 's', namespace: 'n' },
  data,
});
const base64 = (name: string): string => readData(name).toString('base64');

test('decryptObject() opens an object that was encrypted in part, with what the build added', async () => {
  const encrypted = read('secret.enc.yaml');
  const built = { ...encrypted, metadata: { ...encrypted.metadata, namespace: 'apps', labels: { app: 'changed', more: 'x' } } };
  const plain = await decryptObject(built, services);
  assert.deepEqual(plain, {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: { name: 'login', namespace: 'apps', labels: { app: 'changed', more: 'x' } },
    stringData: { user: 'admin', password: 'correct horse battery staple', port: '5432' },
    data: { token: 'Y2FuYXJ5' },
  });
});

test('decryptObject() opens objects of any kind, and keeps types', async () => {
  const whole = { ...read('values.enc.yaml'), apiVersion: 'v1', kind: 'Thing', metadata: { name: 't' } } as unknown as K8sObject;
  await rejects(
    decryptObject(whole, services),
    'sops/decrypt-failed',
    /(?:apiVersion|kind|metadata\.name): Could not decrypt value/,
  );
  const rules = {
    ...read('mac-only.enc.yaml'),
    kind: 'Thing',
    apiVersion: 'example.test/v1',
    metadata: { name: 't' },
  } as unknown as K8sObject;
  assert.deepEqual(await decryptObject(rules, services), {
    open: 'shown',
    secret_part: 'hidden',
    nested: { secret_part: 'hidden too', other: 5 },
    list: ['a', 2],
    kind: 'Thing',
    apiVersion: 'example.test/v1',
    metadata: { name: 't' },
  });
});

test('decryptObject() opens encrypted files within a Secret, written as their keys say', async () => {
  const plain = await decryptObject(
    secret({
      'values.yaml': base64('values.enc.yaml'),
      'config.json': base64('config.enc.json'),
      'app.ini': base64('config.enc.ini'),
      'settings.env': base64('settings.enc.env'),
      blob: base64('blob.enc.bin'),
      clear: Buffer.from('x').toString('base64'),
      broken: '***',
    }),
    services,
  );
  assert.deepEqual(plain['data'], {
    'values.yaml': base64('values.plain.yaml'),
    'config.json': base64('config.plain.json'),
    'app.ini': base64('config.plain.ini'),
    'settings.env': base64('settings.plain.env'),
    blob: base64('blob.plain.bin'),
    clear: Buffer.from('x').toString('base64'),
    broken: '***',
  });
});

test('decryptObject() leaves alone what is not encrypted, or exempt', async () => {
  const map: K8sObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: base64('values.enc.yaml') } };
  assert.equal(await decryptObject(map, services), map);
  const encrypted = read('secret.enc.yaml');
  const exempt = {
    ...encrypted,
    metadata: { ...encrypted.metadata, annotations: { 'kustomize.toolkit.fluxcd.io/decrypt': 'Disabled' } },
  };
  assert.equal(await decryptObject(exempt, services), exempt);
  const noMac = { ...secret({}), sops: { version: '3' } };
  assert.deepEqual(await decryptObject(noMac, services), noMac);
});

test('decryptObject() names the object, the field and the key that is missing', async () => {
  const none = await servicesOf('other.agekey');
  await rejects(
    decryptObject(secret({ 'v.yaml': base64('values.enc.yaml') }), none),
    'sops/no-data-key',
    /^decryption failed for 'Secret\/n\/s': failed to decrypt and format 'n\/s' Secret field 'v\.yaml': cannot get sops data key: .* age1x60x26/,
  );
  await rejects(
    decryptObject(read('secret.enc.yaml'), none),
    'sops/no-data-key',
    /failed to decrypt and format '\/login' Secret data: /,
  );
});

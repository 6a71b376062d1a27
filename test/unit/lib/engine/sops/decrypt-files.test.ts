import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromMemory, openRooted } from '../../../../../src/lib/engine/filesys/index.ts';
import { decryptFiles } from '../../../../../src/lib/engine/sops/decrypt-files.ts';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readData, rejects, servicesOf } from './sops-data.ts';

const services = await servicesOf('age.agekey');
const text = (content: Uint8Array): string => Buffer.from(content).toString();
const plain = (name: string): string => text(readData(name));

test('decryptFiles() opens what secret generators and patches name, down through resources and components', async () => {
  const files = fromMemory({
    'app/kustomization.yaml': `
resources: [base, plain.yaml, https://example.test/remote]
components: [../parts]
secretGenerator:
- name: a
  files: [values.yaml, config.json=../shared/config]
  envs: [settings.env, other-settings]
patches:
- path: patch.yaml
- path: https://example.test/patch.yaml
- patch: "a: 1"
`,
    'app/values.yaml': readData('values.enc.yaml'),
    'shared/config': readData('config.enc.json'),
    'app/settings.env': readData('settings.enc.env'),
    'app/other-settings': readData('settings.enc.env'),
    'app/patch.yaml': readData('secret.enc.yaml'),
    'app/plain.yaml': readData('secret.enc.yaml'),
    'app/base/kustomization.yml': 'secretGenerator: [{name: b, files: [blob.bin]}]\nresources: [..]\n',
    'app/base/blob.bin': readData('blob.enc.bin'),
    'parts/Kustomization': 'secretGenerator: [{name: c, files: [config.ini, clear.yaml]}]\n',
    'parts/config.ini': readData('config.enc.ini'),
    'parts/clear.yaml': 'a: 1\n',
  });
  const root = {
    resources: ['base', 'plain.yaml'],
    components: ['../parts'],
    secretGenerator: [{ files: ['values.yaml', 'config.json=../shared/config'], envs: ['settings.env', 'other-settings'] }],
    patches: [{ path: 'patch.yaml' }, { path: 'https://example.test/p' }],
  };
  const view = await decryptFiles(files, './app', root, services);
  assert.equal(text(view.readFile('/app/values.yaml')), plain('values.plain.yaml'));
  assert.equal(text(view.readFile('/shared/config')), plain('config.plain.json'), 'the key says what it is');
  assert.equal(text(view.readFile('/app/settings.env')), plain('settings.plain.env'));
  assert.equal(text(view.readFile('/app/other-settings')), plain('settings.plain.env'), 'envs are dotenv');
  assert.equal(text(view.readFile('/app/patch.yaml')), plain('secret.plain.yaml'));
  assert.deepEqual(Buffer.from(view.readFile('/app/base/blob.bin')), readData('blob.plain.bin'));
  assert.equal(text(view.readFile('/parts/config.ini')), plain('config.plain.ini'));
  assert.equal(text(view.readFile('/parts/clear.yaml')), 'a: 1\n');
  assert.match(text(view.readFile('/app/plain.yaml')), /ENC\[/, 'resources are opened after the build');
  assert.match(text(files.readFile('/app/values.yaml')), /ENC\[/, 'nothing is written');
  assert.deepEqual([view.stat('/app'), view.readDir('/app').length > 3], ['directory', true]);
});

test('decryptFiles() hands back the same tree where nothing is encrypted', async () => {
  const files = fromMemory({ 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': 'a: 1\n' });
  assert.equal(await decryptFiles(files, '', { resources: ['a.yaml'] }, services), files);
});

test('decryptFiles() stays within the tree, whatever the entries and links say', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sops-'));
  try {
    mkdirSync(join(dir, 'source/real'), { recursive: true });
    writeFileSync(join(dir, 'outside.yaml'), readData('values.enc.yaml'));
    writeFileSync(join(dir, 'source/real/values.yaml'), readData('values.enc.yaml'));
    writeFileSync(join(dir, 'source/kustomization.yaml'), '');
    symlinkSync('real', join(dir, 'source/linked'));
    symlinkSync('../outside.yaml', join(dir, 'source/escape.yaml'));
    const files = openRooted(join(dir, 'source'));
    const view = await decryptFiles(files, '', { secretGenerator: [{ files: ['linked/values.yaml'] }] }, services);
    assert.equal(text(view.readFile('/real/values.yaml')), plain('values.plain.yaml'), 'the file behind the link');
    assert.equal(text(view.inOneGo?.().readFile('/linked/values.yaml') ?? new Uint8Array()), plain('values.plain.yaml'));
    await rejects(
      decryptFiles(files, '', { secretGenerator: [{ files: ['../outside.yaml'] }] }, services),
      'sops/file-not-found',
      /\/outside\.yaml/,
    );
    await rejects(
      decryptFiles(files, '', { patches: [{ path: 'escape.yaml' }] }, services),
      'filesys/escape',
      /leads out of the root/,
    );
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('decryptFiles() refuses files that are missing, too large or none, and kustomizations that are unclear', async () => {
  const files = fromMemory({
    'kustomization.yaml': '',
    'large.bin': new Uint8Array(5 * 1024 * 1024 + 1),
    'none/a.yaml': 'a: 1\n',
    'two/kustomization.yaml': '',
    'two/Kustomization': '',
    'odd/kustomization.yaml/file': '',
  });
  const run = (lists: object) => decryptFiles(files, '', lists, services);
  await rejects(
    run({ secretGenerator: [{ files: ['gone.txt'] }] }),
    'sops/file-not-found',
    /^error decrypting sources: lstat \/gone\.txt: no such file/,
  );
  await rejects(run({ secretGenerator: [{ files: ['none'] }] }), 'sops/file-not-found', /irregular file/);
  await rejects(
    run({ secretGenerator: [{ files: ['large.bin'] }] }),
    'sops/too-large',
    /size \(5242881 bytes\) exceeding limit \(5242880\)$/,
  );
  await rejects(run({ resources: ['none'] }), 'sops/bad-kustomization', /no kustomization file found$/);
  await rejects(run({ resources: ['two'] }), 'sops/bad-kustomization', /found multiple kustomization files$/);
  await rejects(run({ components: ['odd'] }), 'sops/bad-kustomization', /expected kustomization.yaml to be a regular file$/);
});

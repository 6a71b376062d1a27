import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSshIdentity, readCaFile, readPrivateKeyFile } from '../../../../../src/lib/features/create/index.ts';
import { SILENT } from '../../../../../src/lib/core/progress.ts';

const failing = (code: string) => () => Promise.reject(Object.assign(new Error('open'), { code }));

test('readCaFile() and readPrivateKeyFile() give the text', async () => {
  assert.equal(await readCaFile('ca.pem', (path) => Promise.resolve(`text of ${path}`)), 'text of ca.pem');
  assert.equal(await readPrivateKeyFile('key', () => Promise.resolve('text')), 'text');
});

test('a file that cannot be read is named, with the reason: create/unreadable-file', async () => {
  const reasons = {
    ENOENT: 'open ca.pem: no such file or directory',
    EACCES: 'open ca.pem: permission denied',
    EISDIR: 'read ca.pem: is a directory',
    EMFILE: 'open ca.pem: EMFILE',
  };
  for (const [code, reason] of Object.entries(reasons)) {
    await assert.rejects(readCaFile('ca.pem', failing(code)), {
      code: 'create/unreadable-file',
      message: `unable to read TLS CA file: ${reason}`,
      source: { file: 'ca.pem' },
    });
  }
  await assert.rejects(readPrivateKeyFile('key', failing('ENOENT')), {
    message: 'failed to open private key file: open key: no such file or directory',
  });
});

test('makeSshIdentity() refuses a text that is no key before anybody is asked: create/bad-private-key', async () => {
  const options = {
    privateKey: 'not a key',
    passphrase: '',
    algorithm: 'ecdsa',
    curve: 'p384',
    rsaBits: 2048,
    progress: SILENT,
    signal: new AbortController().signal,
  } as const;
  await assert.rejects(makeSshIdentity('ssh://git@host.invalid/x', options), { code: 'create/bad-private-key' });
});

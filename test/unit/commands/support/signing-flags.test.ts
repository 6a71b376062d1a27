import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import * as openpgp from 'openpgp';

import { SIGNING_FLAGS, type SignerFlags, signerOf } from '../../../../src/commands/support/signing-flags.ts';
import type { Context } from '../../../../src/lib/context.ts';
import { isFluxError } from '../../../../src/lib/core/errors.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const locked = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'right' }) as string;
const ring = await openpgp.generateKey({ userIDs: [{ name: 'Flux' }], format: 'binary', passphrase: 'right' });

const NONE: SignerFlags = {
  'gpg-key-id': '',
  'gpg-key-ring': '',
  'gpg-passphrase': '',
  'ssh-signing-key-file': '',
  'ssh-signing-passphrase': '',
  'ssh-signing-password': '',
  'ssh-signing-reuse-private-key': false,
  'private-key-file': '',
};

const files: Readonly<Record<string, string | Uint8Array>> = {
  'key.pem': pem,
  'locked.pem': locked,
  'ring.gpg': ring.privateKey,
};

function contextWith(env: Readonly<Record<string, string>> = {}): { context: Context; loaded: () => number } {
  let loads = 0;
  const readFile = async (path: string) => {
    const content = files[path];
    if (content === undefined) throw Object.assign(new Error('not there'), { code: 'ENOENT' });
    return Buffer.from(content);
  };
  const parts = {
    host: { env },
    readFile,
    readTextFile: async (path: string) => (await readFile(path)).toString(),
    signatures() {
      loads++;
      return import('../../../../src/lib/engine/signature/index.ts');
    },
  };
  return { context: parts as unknown as Context, loaded: () => loads };
}

const signatureWith = async (flags: Partial<SignerFlags>, env: Readonly<Record<string, string>> = {}) =>
  await (await signerOf({ ...NONE, ...flags }, contextWith(env).context)).sign?.(Buffer.from('payload'));

const rejects = (flags: Partial<SignerFlags>, code: string) =>
  assert.rejects(signerOf({ ...NONE, ...flags }, contextWith().context), (error: unknown) => isFluxError(error, code));

test('SIGNING_FLAGS has the names that flux has, the alias hidden', () => {
  assert.deepEqual(Object.keys(SIGNING_FLAGS), Object.keys(NONE).slice(0, -1));
  const hidden = Object.entries(SIGNING_FLAGS).filter(([, flag]) => flag.hidden === true);
  assert.deepEqual(
    hidden.map(([name]) => name),
    ['ssh-signing-passphrase'],
  );
});

test('signerOf() signs nothing and loads nothing where no flag asks for it', async () => {
  const { context, loaded } = contextWith();
  assert.deepEqual(await signerOf({ ...NONE, 'private-key-file': 'key.pem' }, context), {});
  assert.equal(loaded(), 0);
});

test('signerOf() signs with the SSH key of --ssh-signing-key-file, its passphrase under either name', async () => {
  const key = { 'ssh-signing-key-file': 'locked.pem' };
  assert.match((await signatureWith({ 'ssh-signing-key-file': 'key.pem' })) ?? '', /^-----BEGIN SSH SIGNATURE/);
  assert.match((await signatureWith({ ...key, 'ssh-signing-password': 'right' })) ?? '', /^-----BEGIN SSH SIGNATURE/);
  assert.match((await signatureWith({ ...key, 'ssh-signing-passphrase': 'right' })) ?? '', /^-----BEGIN SSH SIGNATURE/);
  await rejects(key, 'signature/passphrase-required');
});

test('signerOf() signs with the key that pushes, opened by --password or GIT_PASSWORD', async () => {
  const reuse = { 'ssh-signing-reuse-private-key': true, 'private-key-file': 'locked.pem' };
  assert.match((await signatureWith({ ...reuse, password: 'right' })) ?? '', /^-----BEGIN SSH SIGNATURE/);
  assert.match((await signatureWith({ ...reuse, password: '' }, { GIT_PASSWORD: 'right' })) ?? '', /^-----BEGIN SSH SIGNATURE/);
});

test('signerOf() signs with the key ring of --gpg-key-ring', async () => {
  const flags = { 'gpg-key-ring': 'ring.gpg', 'gpg-passphrase': 'right' };
  assert.match((await signatureWith(flags)) ?? '', /^-----BEGIN PGP SIGNATURE/);
  await rejects({ ...flags, 'gpg-passphrase': 'wrong' }, 'signature/passphrase-wrong');
});

test('signerOf() refuses flags that do not go together, and files that are not there', async () => {
  await rejects({ 'gpg-key-ring': 'ring.gpg', 'ssh-signing-key-file': 'key.pem' }, 'bootstrap/bad-signing');
  await rejects({ 'ssh-signing-key-file': 'none.pem' }, 'create/unreadable-file');
  await rejects({ 'gpg-key-ring': 'none.gpg' }, 'create/unreadable-file');
});

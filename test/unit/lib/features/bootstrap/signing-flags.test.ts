import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { checkSigningFlags, type SigningFlags } from '../../../../../src/lib/features/bootstrap/signing-flags.ts';

const NONE: SigningFlags = {
  gpgKeyRing: '',
  sshSigningKeyFile: '',
  sshSigningPassword: '',
  sshSigningPassphrase: '',
  sshSigningReusePrivateKey: false,
  privateKeyFile: '',
};
const refuses = (flags: Partial<SigningFlags>, message: string): void => {
  assert.throws(
    () => checkSigningFlags({ ...NONE, ...flags }),
    (error) => isFluxError(error, 'bootstrap/bad-signing') && error.message === message,
  );
};

describe('checkSigningFlags()', () => {
  it('takes none, and each alone', () => {
    checkSigningFlags(NONE);
    checkSigningFlags({ ...NONE, gpgKeyRing: 'ring' });
    checkSigningFlags({ ...NONE, sshSigningKeyFile: 'key', sshSigningPassword: 'p', sshSigningPassphrase: 'p' });
    checkSigningFlags({ ...NONE, sshSigningReusePrivateKey: true, privateKeyFile: 'key' });
  });

  it('refuses what does not go together', () => {
    const formats = '--gpg-* and --ssh-signing-* are mutually exclusive; pick one signing format';
    refuses({ gpgKeyRing: 'ring', sshSigningKeyFile: 'key' }, formats);
    refuses({ gpgKeyRing: 'ring', sshSigningReusePrivateKey: true, privateKeyFile: 'key' }, formats);
    refuses(
      { sshSigningKeyFile: 'key', sshSigningReusePrivateKey: true },
      '--ssh-signing-key-file and --ssh-signing-reuse-private-key are mutually exclusive',
    );
    refuses({ sshSigningReusePrivateKey: true }, '--ssh-signing-reuse-private-key requires --private-key-file');
    refuses({ sshSigningPassword: 'p' }, '--ssh-signing-password requires --ssh-signing-key-file');
    refuses(
      { sshSigningKeyFile: 'key', sshSigningPassword: 'p', sshSigningPassphrase: 'q' },
      '--ssh-signing-password and --ssh-signing-passphrase are aliases; do not pass both',
    );
  });
});

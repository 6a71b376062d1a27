import { FluxError } from '../../core/errors.ts';

/** The flags on signing, as they were given; empty means not given. */
export interface SigningFlags {
  readonly gpgKeyRing: string;
  readonly sshSigningKeyFile: string;
  readonly sshSigningPassword: string;
  /** Another name of `sshSigningPassword`. */
  readonly sshSigningPassphrase: string;
  readonly sshSigningReusePrivateKey: boolean;
  readonly privateKeyFile: string;
}

/**
 * Checks that the flags on signing go together.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/bootstrap.go bootstrapValidate, effectiveSshSigningPassword; the messages are upstream's
 *
 * @throws {FluxError} bootstrap/bad-signing
 */
export function checkSigningFlags(flags: SigningFlags): void {
  const refuse = (message: string): FluxError => new FluxError('bootstrap/bad-signing', message);
  const { sshSigningPassword: password, sshSigningPassphrase: passphrase } = flags;
  const reuses = flags.sshSigningReusePrivateKey;
  if (flags.gpgKeyRing !== '' && (flags.sshSigningKeyFile !== '' || reuses)) {
    throw refuse('--gpg-* and --ssh-signing-* are mutually exclusive; pick one signing format');
  }
  if (flags.sshSigningKeyFile !== '' && reuses) {
    throw refuse('--ssh-signing-key-file and --ssh-signing-reuse-private-key are mutually exclusive');
  }
  if (reuses && flags.privateKeyFile === '') throw refuse('--ssh-signing-reuse-private-key requires --private-key-file');
  if (password !== '' && passphrase !== '' && password !== passphrase) {
    throw refuse('--ssh-signing-password and --ssh-signing-passphrase are aliases; do not pass both');
  }
  if ((password !== '' || passphrase !== '') && flags.sshSigningKeyFile === '') {
    throw refuse('--ssh-signing-password requires --ssh-signing-key-file');
  }
}

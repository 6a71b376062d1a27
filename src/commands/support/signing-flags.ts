import { boolean, type Flag, type FlagValues, string } from '../../lib/cli/flags.ts';
import { checkSigningFlags } from '../../lib/features/bootstrap/index.ts';
import { readPrivateKeyFile } from '../../lib/features/create/index.ts';
import { FluxError } from '../../lib/core/errors.ts';
import type { Context } from '../../lib/context.ts';

/** How commits are signed. */
export const SIGNING_FLAGS: {
  readonly 'gpg-key-id': Flag<string>;
  readonly 'gpg-key-ring': Flag<string>;
  readonly 'gpg-passphrase': Flag<string>;
  readonly 'ssh-signing-key-file': Flag<string>;
  readonly 'ssh-signing-passphrase': Flag<string>;
  readonly 'ssh-signing-password': Flag<string>;
  readonly 'ssh-signing-reuse-private-key': Flag<boolean>;
} = {
  'gpg-key-id': string({ description: 'id of the GPG key in the ring; without it the first one that can sign' }),
  'gpg-key-ring': string({ description: 'file with the GPG key ring that signs the commits' }),
  'gpg-passphrase': string({ description: 'passphrase of the GPG key' }),
  'ssh-signing-key-file': string({ description: 'file with the SSH private key that signs the commits' }),
  'ssh-signing-passphrase': string({ description: 'same as --ssh-signing-password', hidden: true }),
  'ssh-signing-password': string({ description: 'passphrase of the SSH key that signs' }),
  'ssh-signing-reuse-private-key': boolean({ description: 'signs with the key of --private-key-file' }),
};

/** The flags that say who signs. */
export type SignerFlags = FlagValues<typeof SIGNING_FLAGS> & {
  readonly 'private-key-file': string;
  /** Opens the key of `--private-key-file`, where that one signs; else `GIT_PASSWORD` does. */
  readonly password?: string;
};

/**
 * Makes the signer that the flags ask for; none where they ask for none.
 *
 * Effects: reads the key file
 *
 * @throws {FluxError} bootstrap/bad-signing, create/unreadable-file, signature/…: before anything was cloned or written
 */
export async function signerOf(
  flags: SignerFlags,
  context: Context,
): Promise<{ sign?: (payload: Uint8Array) => Promise<string> }> {
  checkSigningFlags({
    gpgKeyRing: flags['gpg-key-ring'],
    sshSigningKeyFile: flags['ssh-signing-key-file'],
    sshSigningPassword: flags['ssh-signing-password'],
    sshSigningPassphrase: flags['ssh-signing-passphrase'],
    sshSigningReusePrivateKey: flags['ssh-signing-reuse-private-key'],
    privateKeyFile: flags['private-key-file'],
  });
  if (flags['gpg-key-ring'] !== '') {
    const keyRing = await readKeyRing(flags['gpg-key-ring'], context);
    const { signWithOpenPgp } = await context.signatures();
    return { sign: await signWithOpenPgp({ keyRing, passphrase: flags['gpg-passphrase'], keyId: flags['gpg-key-id'] }) };
  }
  const reuses = flags['ssh-signing-reuse-private-key'];
  const path = reuses ? flags['private-key-file'] : flags['ssh-signing-key-file'];
  if (path === '') return {};
  const passphrase = reuses
    ? flags.password || (context.host.env['GIT_PASSWORD'] ?? '')
    : flags['ssh-signing-password'] || flags['ssh-signing-passphrase'];
  const privateKey = await readPrivateKeyFile(path, context.readTextFile);
  const { signWithSsh } = await context.signatures();
  return { sign: await signWithSsh(privateKey, passphrase) };
}

async function readKeyRing(path: string, context: Context): Promise<Uint8Array> {
  try {
    return await context.readFile(path);
  } catch (error) {
    const code = (error as { code?: string }).code;
    const reason = code === 'ENOENT' ? 'no such file or directory' : String(code);
    throw new FluxError('create/unreadable-file', `unable to open GPG key ring: open ${path}: ${reason}`, {
      source: { file: path },
      cause: error,
    });
  }
}

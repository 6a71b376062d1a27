import type { Context } from '../../lib/context.ts';
import { makeSshIdentity, readPrivateKeyFile, type SshIdentity } from '../../lib/features/create/index.ts';

/** The flags that say which key is to be used. */
export interface SshIdentityFlags {
  readonly 'private-key-file': string;
  readonly password: string;
  readonly 'ssh-key-algorithm': 'rsa' | 'ecdsa' | 'ed25519' | '';
  readonly 'ssh-ecdsa-curve': 'p256' | 'p384' | 'p521' | '';
  readonly 'ssh-rsa-bits': number;
}

/** Makes the SSH identity that the flags ask for. */
export async function sshIdentityOf(url: string, flags: SshIdentityFlags, context: Context): Promise<SshIdentity> {
  const path = flags['private-key-file'];
  return await makeSshIdentity(url, {
    ...(path === '' ? {} : { privateKey: await readPrivateKeyFile(path, context.readTextFile) }),
    passphrase: path === '' ? '' : flags.password,
    algorithm: flags['ssh-key-algorithm'] || 'ecdsa',
    curve: flags['ssh-ecdsa-curve'] || 'p384',
    rsaBits: flags['ssh-rsa-bits'],
    progress: context.progress,
    signal: context.signal,
  });
}

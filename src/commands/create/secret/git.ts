import type { AnyCommand } from '../../../lib/cli/command.ts';
import { string } from '../../../lib/cli/flags.ts';
import { checkGitCredentials, makeGitSecret, readCaFile } from '../../../lib/features/create/index.ts';
import { secretCommand } from '../../support/create-secret.ts';
import { SSH_KEY_FLAGS } from '../../support/ssh-key-flags.ts';

const command: AnyCommand = secretCommand({
  noun: 'git',
  purpose: 'a Git repository',
  description:
    'Over HTTP/S it holds a user and password or a bearer token. Over SSH it holds a key pair, generated where none is given, and the host keys that the server shows now: compare the printed fingerprint with the one that the server is known by.',
  examples: [
    {
      description: 'For HTTPS with a token',
      command:
        'flux-ts create secret git app-auth -n apps --url=https://git.example.com/team/app --username=git --password=$TOKEN',
    },
    {
      description: 'For SSH, with a new key',
      command: 'flux-ts create secret git app-auth -n apps --url=ssh://git@git.example.com/team/app',
    },
  ],
  flags: {
    ...SSH_KEY_FLAGS,
    'bearer-token': string({ description: 'bearer token' }),
    'ca-crt-file': string({ description: 'file with the certificate authority of the server' }),
    'ca-file': string({ description: 'the same as --ca-crt-file', hidden: true }),
    password: string({ short: 'p', description: 'password, or passphrase of the private key' }),
    'private-key-file': string({ description: 'file with a private key' }),
    url: string({ description: 'URL: https, http or ssh' }),
    username: string({ short: 'u', description: 'user name' }),
  },
  async make(options, { flags, context }) {
    const { url, username, password, bearerToken } = options;
    const scheme = checkGitCredentials(url, { username, password, bearerToken });
    if (scheme === 'ssh') {
      const { sshIdentityOf } = await import('../../support/ssh-identity.ts');
      const ssh = await sshIdentityOf(url, flags, context);
      context.progress.success(`deploy key: ${ssh.publicKey.trim()}`);
      return makeGitSecret({ ...options, username: '', password: '', bearerToken: '', caCertificate: '', ssh });
    }
    const caPath = options.caCrtFile || options.caFile;
    return makeGitSecret({ ...options, caCertificate: caPath === '' ? '' : await readCaFile(caPath, context.readTextFile) });
  },
  idle: ({ url }) =>
    /^ssh:/i.test(url)
      ? { 'over SSH a key is the login': ['username', 'bearer-token', 'ca-crt-file', 'ca-file'] }
      : { 'only SSH has keys': ['private-key-file', ...Object.keys(SSH_KEY_FLAGS)] },
});
export default command;

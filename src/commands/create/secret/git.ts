import { type AnyCommand, defineCommand } from '../../../lib/cli/command.ts';
import { documents } from '../../../lib/cli/documents.ts';
import { string } from '../../../lib/cli/flags.ts';
import {
  checkGitCredentials,
  checkObjectName,
  makeGitSecret,
  parseLabels,
  readCaFile,
} from '../../../lib/features/create/index.ts';
import { CREATE_FLAGS } from '../../support/create-flags.ts';
import { SSH_KEY_FLAGS } from '../../support/ssh-key-flags.ts';

const command: AnyCommand = defineCommand({
  summary: 'Create or update the secret of a Git repository',
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
  args: [{ name: 'name', required: true }],
  flags: {
    ...CREATE_FLAGS,
    ...SSH_KEY_FLAGS,
    'bearer-token': string({ description: 'bearer token' }),
    'ca-crt-file': string({ description: 'file with the certificate authority of the server' }),
    'ca-file': string({ description: 'the same as --ca-crt-file', hidden: true }),
    password: string({ short: 'p', description: 'password, or passphrase of the private key' }),
    'private-key-file': string({ description: 'file with a private key' }),
    url: string({ description: 'URL: https, http or ssh' }),
    username: string({ short: 'u', description: 'user name' }),
  },
  outputs: ['table', 'yaml', 'json', 'name'],
  async run({ args, flags, global, context }) {
    const name = checkObjectName(args[0]);
    const labels = parseLabels(flags.label);
    const scheme = checkGitCredentials(flags.url, {
      username: flags.username,
      password: flags.password,
      bearerToken: flags['bearer-token'],
    });
    const caPath = flags['ca-crt-file'] || flags['ca-file'];
    const base = { name, namespace: flags.export ? global.namespace : await context.namespace(), labels };
    const secret =
      scheme === 'ssh'
        ? await (async () => {
            const { sshIdentityOf } = await import('../../support/ssh-identity.ts');
            const ssh = await sshIdentityOf(flags.url, flags, context);
            return makeGitSecret({ ...base, username: '', password: '', bearerToken: '', caCertificate: '', ssh });
          })()
        : makeGitSecret({
            ...base,
            username: flags.username,
            password: flags.password,
            bearerToken: flags['bearer-token'],
            caCertificate: caPath === '' ? '' : await readCaFile(caPath, context.readTextFile),
          });
    // The flux CLI ends this output in an empty line.
    if (flags.export) return documents([secret], '\n');
    const { storeObject } = await import('../../../lib/features/objects/index.ts');
    const { action } = await storeObject(secret, await context.kube(), { fieldManager: 'flux', signal: context.signal });
    context.progress.success(`git secret '${name}' ${action} in '${base.namespace}' namespace`);
    return { data: { name, namespace: base.namespace, action }, names: [`secret/${name}`] };
  },
});
export default command;

import type { AnyCommand } from '../../../lib/cli/command.ts';
import { makeHelmSecret } from '../../../lib/features/create/index.ts';
import { secretCommand } from '../../support/create-secret.ts';
import { BASIC_FLAGS, TLS_FLAGS } from '../../support/login-flags.ts';
import { readTlsFiles } from '../../support/read-tls-files.ts';

const command: AnyCommand = secretCommand({
  noun: 'helm',
  purpose: 'a Helm repository',
  description:
    'It holds a client certificate with its key, or a user and password; either with the certificate authority of the server. A client certificate wins.',
  examples: [
    {
      description: 'With user and password',
      command: 'flux-ts create secret helm repo-auth -n apps --username=robot --password=$TOKEN',
    },
    {
      description: 'With a client certificate, as YAML',
      command:
        'flux-ts create secret helm repo-auth --tls-crt-file=client.crt --tls-key-file=client.key --ca-crt-file=ca.crt --export > repo-auth.yaml',
    },
  ],
  flags: { ...BASIC_FLAGS, ...TLS_FLAGS },
  async make(options, { context }) {
    const { caCrtFile: caFile, tlsCrtFile: certificateFile, tlsKeyFile: keyFile } = options;
    return makeHelmSecret(options, { ...options, ...(await readTlsFiles({ caFile, certificateFile, keyFile }, context)) });
  },
  idle: ({ tlsCrtFile, tlsKeyFile }) =>
    tlsCrtFile === '' && tlsKeyFile === '' ? {} : { 'the client certificate is the login': ['username', 'password'] },
});
export default command;

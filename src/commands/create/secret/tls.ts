import type { AnyCommand } from '../../../lib/cli/command.ts';
import { makeTlsSecret } from '../../../lib/features/create/index.ts';
import { secretCommand } from '../../support/create-secret.ts';
import { TLS_FLAGS } from '../../support/login-flags.ts';
import { readTlsFiles } from '../../support/read-tls-files.ts';

const command: AnyCommand = secretCommand({
  noun: 'tls',
  purpose: 'certificates',
  description: 'It holds a certificate authority, a client certificate with its key, or both. Sources name it in certSecretRef.',
  examples: [
    {
      description: 'The authority that signed the certificate of a registry',
      command: 'flux-ts create secret tls registry-ca -n apps --ca-crt-file=ca.crt',
    },
    {
      description: 'A client certificate, as YAML',
      command: 'flux-ts create secret tls client --tls-crt-file=client.crt --tls-key-file=client.key --export > client.yaml',
    },
  ],
  flags: TLS_FLAGS,
  after: '',
  async make(options, { context }) {
    const { caCrtFile: caFile, tlsCrtFile: certificateFile, tlsKeyFile: keyFile } = options;
    return makeTlsSecret(options, await readTlsFiles({ caFile, certificateFile, keyFile }, context));
  },
});
export default command;

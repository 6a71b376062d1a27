import type { AnyCommand } from '../../../lib/cli/command.ts';
import { string } from '../../../lib/cli/flags.ts';
import { makeProxySecret } from '../../../lib/features/create/index.ts';
import { secretCommand } from '../../support/create-secret.ts';
import { BASIC_FLAGS } from '../../support/login-flags.ts';

const command: AnyCommand = secretCommand({
  noun: 'proxy',
  purpose: 'a proxy',
  description: 'It holds the address of an HTTP proxy, and the login to it. Sources name it in proxySecretRef.',
  examples: [
    {
      description: 'With a login',
      command:
        'flux-ts create secret proxy egress -n apps --address=http://proxy.example.com:3128 --username=robot --password=$TOKEN',
    },
    {
      description: 'Without one, as YAML',
      command: 'flux-ts create secret proxy egress --address=http://proxy.example.com:3128 --export > proxy.yaml',
    },
  ],
  flags: { ...BASIC_FLAGS, address: string({ description: 'URL of the proxy' }) },
  make: (options) => makeProxySecret(options, options),
});
export default command;

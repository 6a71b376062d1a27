import type { AnyCommand } from '../../../lib/cli/command.ts';
import { string, strings } from '../../../lib/cli/flags.ts';
import { makeNotationSecret } from '../../../lib/features/create/index.ts';
import { secretCommand } from '../../support/create-secret.ts';

const command: AnyCommand = secretCommand({
  noun: 'notation configuration',
  purpose: 'signatures by Notation',
  description:
    'It holds a trust policy and the certificates of authorities. OCIRepository and HelmChart objects name it in verify.secretRef.',
  examples: [
    {
      description: 'A policy and one authority',
      command: 'flux-ts create secret notation trust -n apps --trust-policy-file=trustpolicy.json --ca-cert-file=ca.crt',
    },
    {
      description: 'Two authorities, as YAML',
      command:
        'flux-ts create secret notation trust --trust-policy-file=trustpolicy.json --ca-cert-file=old.crt,new.crt --export > trust.yaml',
    },
  ],
  flags: {
    'ca-cert-file': strings({ description: 'file with the certificate of an authority, .crt or .pem; can be repeated' }),
    'trust-policy-file': string({ description: 'file with the trust policy, JSON' }),
  },
  make: (options, { context }) => makeNotationSecret(options, options, context.readTextFile),
});
export default command;

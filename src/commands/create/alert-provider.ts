import type { AnyCommand } from '../../lib/cli/command.ts';
import { string } from '../../lib/cli/flags.ts';
import { makeProvider, PROVIDER_TYPES } from '../../lib/features/create/index.ts';
import { createCommand } from '../support/create-command.ts';
import { warnOfUnknown } from '../support/unknown-value.ts';

const command: AnyCommand = createCommand({
  kind: 'Provider',
  description: 'It says where Alerts send their events.',
  examples: [
    {
      description: 'A channel, with the address in a secret',
      command: 'flux-ts create alert-provider slack --type=slack --channel=general --secret-ref=slack-address',
    },
    {
      description: 'The state of commits on GitHub, as YAML',
      command:
        'flux-ts create alert-provider github --type=github --address=https://github.com/team/app --secret-ref=github-token --export',
    },
  ],
  flags: {
    address: string({ description: 'URL of the webhook, or of the Git repository' }),
    channel: string({ description: 'channel to post to' }),
    'secret-ref': string({ description: 'secret with a token, or with the address' }),
    type: string({ description: 'kind of receiver, such as slack, msteams, generic, github or pagerduty' }),
    username: string({ description: 'name to post under' }),
  },
  make(options, { context }) {
    const object = makeProvider(options, options);
    warnOfUnknown('type', options.type, PROVIDER_TYPES, context.progress);
    return object;
  },
  idle: () => ({ 'a Provider is not reconciled': ['interval'] }),
});
export default command;

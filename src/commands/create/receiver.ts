import type { AnyCommand } from '../../lib/cli/command.ts';
import { string, strings } from '../../lib/cli/flags.ts';
import { makeReceiver } from '../../lib/features/create/index.ts';
import { createCommand } from '../support/create-command.ts';
import { RECEIVER_TYPE_FLAG } from '../support/receiver-type.ts';

const command: AnyCommand = createCommand({
  kind: 'Receiver',
  description:
    'It is a webhook: a call reconciles objects at once. Its secret is that of "create secret receiver". Stores it and waits until its controller has made the path.',
  examples: [
    {
      description: 'Pushes on GitHub',
      command:
        'flux-ts create receiver app -n apps --type=github --event=ping --event=push --secret-ref=app --resource=GitRepository/app',
    },
    {
      description: 'New images in a registry, as YAML',
      command:
        'flux-ts create receiver images --type=dockerhub --secret-ref=images --resource=ImageRepository/app,ImageRepository/api --export',
    },
  ],
  flags: {
    event: strings({ description: 'event that counts (default: all); can be repeated' }),
    resource: strings({ description: 'object to reconcile, kind/name; can be repeated' }),
    'secret-ref': string({ description: 'secret with the token' }),
    type: RECEIVER_TYPE_FLAG,
  },
  make({ interval, ...options }, { given }) {
    return makeReceiver(options, { ...options, ...(given.has('interval') ? { interval } : {}) });
  },
});
export default command;

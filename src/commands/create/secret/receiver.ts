import type { AnyCommand } from '../../../lib/cli/command.ts';
import { string } from '../../../lib/cli/flags.ts';
import type { Context } from '../../../lib/context.ts';
import { ANNOTATION } from '../../../lib/core/flux.ts';
import { readText } from '../../../lib/core/read-object.ts';
import { checkReceiverSecret, makeReceiverSecret, makeReceiverToken } from '../../../lib/features/create/index.ts';
import { secretCommand } from '../../support/create-secret.ts';
import { RECEIVER_TYPE_FLAG } from '../../support/receiver-type.ts';

const command: AnyCommand = secretCommand({
  noun: 'receiver',
  purpose: 'a webhook',
  description:
    'It holds the token of a Receiver, and the URL of its webhook as an annotation. The URL is right where the Receiver has the name and the namespace of the secret. Without --token one is made; a secret that is there keeps its own.',
  examples: [
    {
      description: 'For GitHub, with a token that is made',
      command: 'flux-ts create secret receiver app -n apps --type=github --hostname=flux.example.com',
    },
    {
      description: "For Google's registry, as YAML",
      command:
        'flux-ts create secret receiver images --type=gcr --hostname=flux.example.com --email-claim=pusher@project.iam.gserviceaccount.com --token=$TOKEN --export',
    },
  ],
  flags: {
    'audience-claim': string({ description: 'audience of the token that Google sends, with gcr (default: the URL)' }),
    'email-claim': string({ description: 'account that Google calls as, with gcr' }),
    hostname: string({ description: 'host that the webhook is called at: flux.example.com' }),
    token: string({ description: 'token of the webhook (default: one that is made)' }),
    type: RECEIVER_TYPE_FLAG,
  },
  async make(options, { context }) {
    checkReceiverSecret(options);
    const kept = options.token !== '' || options.export ? '' : await readToken(options, context);
    return makeReceiverSecret(options, { ...options, token: options.token || kept || makeReceiverToken() });
  },
  idle: ({ type }) => (type === 'gcr' ? {} : { 'only gcr has claims': ['audience-claim', 'email-claim'] }),
  tell(secret, { progress }) {
    progress.detail(`the URL of the webhook is in its annotation ${ANNOTATION.webhook}`);
    progress.detail(
      `next:  flux-ts create receiver ${secret.metadata.name} --secret-ref=${secret.metadata.name} --type=… --resource=…`,
    );
  },
});
export default command;

/** The token of the Secret that is there: a new one would change the URL under the feet of whoever calls it. */
async function readToken({ name, namespace }: { name: string; namespace: string }, context: Context): Promise<string> {
  const kube = await context.kube();
  const live = await kube.get({ apiVersion: 'v1', kind: 'Secret', name, namespace });
  return Buffer.from(readText(live, 'data', 'token'), 'base64').toString('utf8');
}

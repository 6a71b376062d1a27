import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { choice, duration, integer, string } from '../../lib/cli/flags.ts';
import { FluxError } from '../../lib/core/errors.ts';
import { FLUX_TS_VERSION } from '../../lib/core/flux.ts';
import { RECEIVER_TYPES, type ReceiverType, triggerReceiver } from '../../lib/features/trigger/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Call the webhook of a Receiver',
  description: 'The cluster is not asked: the path of the webhook is worked out of name, namespace and token.',
  examples: [
    {
      description: 'With a signature',
      command: 'flux-ts trigger receiver web -n apps --type=generic-hmac --token="$TOKEN" --url=https://hooks.example.com',
    },
    {
      description: 'From a workflow of GitHub',
      command: 'flux-ts trigger receiver web --type=generic-oidc --oidc-provider=github --url=https://hooks.example.com',
    },
  ],
  args: [{ name: 'name', required: true }],
  flags: {
    'oidc-audience': string({ description: 'audience of the token that is asked for (default notification-controller)' }),
    'oidc-provider': choice({ options: ['github', 'forgejo'], description: 'whose workflow this is, to ask it for a token' }),
    'oidc-token': string({ description: 'OIDC token (default $FLUX_TRIGGER_RECEIVER_OIDC_TOKEN)' }),
    payload: string({ default: '{}', description: 'JSON that is sent' }),
    retries: integer({ default: 10, description: 'how often it is tried again; 0 means not at all' }),
    'retry-delay': duration({ defaultText: '10s', description: 'pause before each further attempt' }),
    token: string({ description: 'token of the Receiver' }),
    type: choice({ options: RECEIVER_TYPES, default: 'generic', description: 'type of the Receiver' }),
    url: string({ description: 'URL of the webhook receiver; it may have a path' }),
  },
  outputs: ['table', 'json', 'yaml'],
  async run({ args, flags, context }) {
    const name = args[0];
    if (name === undefined) throw new FluxError('trigger/bad-flags', 'receiver name is required');
    const data = await triggerReceiver(
      {
        namespace: await context.namespace(),
        name,
        type: flags.type as ReceiverType,
        url: flags.url,
        token: flags.token,
        oidcProvider: flags['oidc-provider'],
        oidcToken: flags['oidc-token'],
        oidcAudience: flags['oidc-audience'],
        payload: flags.payload,
        retries: flags.retries,
        retryDelayMs: flags['retry-delay'],
        userAgent: `flux-ts/${FLUX_TS_VERSION}`,
      },
      {
        env: context.host.env,
        request: (url, init) => fetch(url, { ...init, redirect: 'manual', signal: context.signal }),
        sleep: (ms) => context.clock.sleep(ms, context.signal),
        progress: context.progress,
      },
    );
    return { data };
  },
});
export default command;

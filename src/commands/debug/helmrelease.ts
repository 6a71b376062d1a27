import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { boolean } from '../../lib/cli/flags.ts';
import { FluxError } from '../../lib/core/errors.ts';
import { debugHelmRelease } from '../../lib/features/inspect/index.ts';
import { partOf } from '../support/debug-part.ts';

const command: AnyCommand = defineCommand({
  summary: 'Show the status, the history or the values of a HelmRelease',
  description: 'Values are shown in clear, those of Secrets too.',
  examples: [
    { description: 'Its status', command: 'flux-ts debug helmrelease web -n apps --show-status' },
    {
      description: 'The values of its chart, as a file',
      command: 'flux-ts debug helmrelease web -n apps --show-values > values.yaml',
    },
  ],
  aliases: ['hr'],
  args: [{ name: 'name', required: true }],
  flags: {
    'show-history': boolean({ description: 'shows what was released before' }),
    'show-status': boolean({ description: 'shows the status' }),
    'show-values': boolean({ description: 'shows the values, as they would be now' }),
  },
  outputs: ['table', 'json', 'yaml'],
  async run({ args, flags, context }) {
    const name = args[0];
    if (name === undefined) throw new FluxError('inspect/bad-words', 'helmrelease name is required');
    const part = partOf({ status: flags['show-status'], values: flags['show-values'], history: flags['show-history'] });
    return await debugHelmRelease({ namespace: await context.namespace(), name }, part, await context.kube());
  },
});
export default command;

import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { boolean } from '../../lib/cli/flags.ts';
import { FluxError } from '../../lib/core/errors.ts';
import { debugKustomization } from '../../lib/features/inspect/index.ts';
import { partOf } from '../support/debug-part.ts';

const command: AnyCommand = defineCommand({
  summary: 'Show the status, the history or the variables of a Kustomization',
  description: 'Variables are shown in clear, those of Secrets too.',
  examples: [
    { description: 'Its status', command: 'flux-ts debug kustomization web -n apps --show-status' },
    {
      description: 'The variables of its build, as a file',
      command: 'flux-ts debug kustomization web -n apps --show-vars > vars.env',
    },
  ],
  aliases: ['ks'],
  args: [{ name: 'name', required: true }],
  flags: {
    'show-history': boolean({ description: 'shows what was applied before' }),
    'show-status': boolean({ description: 'shows the status' }),
    'show-vars': boolean({ description: 'shows the variables, as they would be now' }),
  },
  outputs: ['table', 'json', 'yaml'],
  async run({ args, flags, context }) {
    const name = args[0];
    if (name === undefined) throw new FluxError('inspect/bad-words', 'kustomization name is required');
    const part = partOf({ status: flags['show-status'], vars: flags['show-vars'], history: flags['show-history'] });
    return await debugKustomization({ namespace: await context.namespace(), name }, part, await context.kube());
  },
});
export default command;

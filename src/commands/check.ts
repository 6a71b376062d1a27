import { type AnyCommand, defineCommand } from '../lib/cli/command.ts';
import { boolean, duration, strings } from '../lib/cli/flags.ts';
import { table } from '../lib/cli/output.ts';
import { FluxError } from '../lib/core/errors.ts';
import { check, CHECK_VIEW } from '../lib/features/install/index.ts';
import { INSTALL_FLAGS, installPortsOf } from './support/install-flags.ts';

const command: AnyCommand = defineCommand({
  summary: 'Check that the cluster is fit for Flux, and that Flux is well',
  description: 'What is found is told as it is found; with -o it is a result too.',
  examples: [
    { description: 'Before an installation', command: 'flux-ts check --pre' },
    { description: 'Afterwards, for a script', command: 'flux-ts check -o json' },
  ],
  flags: {
    components: { ...INSTALL_FLAGS.components, hidden: true },
    'components-extra': strings({ description: 'has no effect, as upstream', hidden: true }),
    'poll-interval': duration({ defaultText: '5s', description: 'has no effect: nothing is polled', hidden: true }),
    pre: boolean({ description: 'checks only what an installation needs' }),
  },
  outputs: ['table', 'wide', 'json', 'yaml'],
  timeLimit: 'own',
  async run({ flags, given, global, context }) {
    const result = await check(
      { namespace: await context.namespace(), pre: flags.pre, timeoutMs: global.timeout },
      await installPortsOf(context, true),
    );
    return {
      data: result,
      // The story has told it all, as upstream; whoever wants the table asks for it.
      ...(given.has('output') ? { view: table(CHECK_VIEW, result.items) } : { text: '' }),
      ...(result.ok ? {} : { error: new FluxError('install/check-failed', 'check failed') }),
    };
  },
});
export default command;

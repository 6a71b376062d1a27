import { formatCount } from '../lib/core/format-count.ts';
import { type AnyCommand, defineCommand } from '../lib/cli/command.ts';
import { boolean } from '../lib/cli/flags.ts';
import { table } from '../lib/cli/output.ts';
import { FluxError } from '../lib/core/errors.ts';
import { uninstall, UNINSTALL_VIEW } from '../lib/features/install/index.ts';
import { installPortsOf } from './support/install-flags.ts';

const command: AnyCommand = defineCommand({
  summary: 'Remove Flux from a cluster; what it applied stays',
  examples: [
    { description: 'See what would go', command: 'flux-ts uninstall --dry-run' },
    { description: 'Without being asked', command: 'flux-ts uninstall --silent' },
  ],
  flags: {
    'dry-run': boolean({ description: 'only tells what would be deleted' }),
    'keep-namespace': boolean({ description: 'leaves the namespace' }),
    silent: boolean({ short: 's', description: 'does not ask' }),
  },
  outputs: ['table', 'json', 'yaml', 'name'],
  timeLimit: 'own',
  async run({ flags, global, context }) {
    const silent = flags.silent || global.yes;
    const result = await uninstall(
      {
        namespace: await context.namespace(),
        keepNamespace: flags['keep-namespace'],
        dryRun: flags['dry-run'],
        silent,
        timeoutMs: global.timeout,
      },
      await installPortsOf(context, silent),
    );
    const failed = result.entries.filter((entry) => entry.action === 'failed').length;
    return {
      data: result,
      view: table(UNINSTALL_VIEW, result.entries),
      names: result.entries.map((entry) => entry.subject),
      ...(result.ok
        ? {}
        : {
            error: new FluxError('install/uninstall-incomplete', `${formatCount(failed, 'object')} could not be removed`, {
              hint: 'mend the cause and run it again',
            }),
          }),
    };
  },
});
export default command;

import { type AnyCommand, defineCommand } from '../lib/cli/command.ts';
import { boolean } from '../lib/cli/flags.ts';
import { table } from '../lib/cli/output.ts';
import { readStats, STATS_VIEW } from '../lib/features/inspect/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Count Flux objects by kind, and what their artifacts take',
  examples: [{ description: 'Of the whole cluster', command: 'flux-ts stats -A' }],
  flags: { 'all-namespaces': boolean({ short: 'A', description: 'looks in all namespaces' }) },
  outputs: ['table', 'json', 'yaml'],
  async run({ flags, context }) {
    const namespace = flags['all-namespaces'] ? undefined : await context.namespace();
    const items = await readStats(namespace, await context.kube());
    return { data: { items }, view: table(STATS_VIEW, items) };
  },
});
export default command;

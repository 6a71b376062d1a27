import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { table } from '../../lib/cli/output.ts';
import { listPlugins, PLUGINS_VIEW } from '../../lib/features/plugin/index.ts';
import { loadBuiltinWords } from '../support/builtin-words.ts';

const command: AnyCommand = defineCommand({
  summary: 'List the plugins that are installed',
  description: 'Those without a receipt, which were put there by hand, have the version "manual".',
  examples: [{ description: 'All of them', command: 'flux-ts plugin list' }],
  aliases: ['ls'],
  flags: {},
  outputs: ['table', 'json', 'yaml', 'name'],
  async run({ context }) {
    const items = await listPlugins(await loadBuiltinWords(), await context.plugins());
    const shown = items.length === 0 ? { text: 'No plugins found\n' } : { view: table(PLUGINS_VIEW, items) };
    return { data: { items }, ...shown, names: items.map(({ name }) => name) };
  },
});
export default command;

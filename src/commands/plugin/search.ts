import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { table } from '../../lib/cli/output.ts';
import { SEARCH_VIEW, searchPlugins } from '../../lib/features/plugin/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Search the catalog of plugins',
  description: 'Finds those whose name or description has the text, in any case.',
  examples: [
    { description: 'All that there are', command: 'flux-ts plugin search' },
    { description: 'About something', command: 'flux-ts plugin search helm' },
  ],
  args: [{ name: 'query' }],
  flags: {},
  outputs: ['table', 'json', 'yaml', 'name'],
  async run({ args, context }) {
    const query = args[0] ?? '';
    const items = await searchPlugins(query, await context.plugins());
    const none =
      query === '' ? 'No plugins found in catalog\n' : `No plugins matching ${JSON.stringify(query)} found in catalog\n`;
    const shown = items.length === 0 ? { text: none } : { view: table(SEARCH_VIEW, items) };
    return { data: { items }, ...shown, names: items.map(({ name }) => name) };
  },
});
export default command;

import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { updatePlugins } from '../../lib/features/plugin/index.ts';
import { loadBuiltinWords } from '../support/builtin-words.ts';

const command: AnyCommand = defineCommand({
  summary: 'Update plugins to the newest version of the catalog',
  description: 'Plugins that were put into the folder by hand are passed over.',
  examples: [
    { description: 'One', command: 'flux-ts plugin update operator' },
    { description: 'All that are installed', command: 'flux-ts plugin update' },
  ],
  aliases: ['upgrade'],
  args: [{ name: 'name' }],
  flags: {},
  outputs: ['table', 'json', 'yaml', 'name'],
  timeLimit: 'when-given',
  async run({ args, context }) {
    const { plugins, error } = await updatePlugins(args[0] ?? '', await loadBuiltinWords(), await context.plugins());
    return {
      data: { items: plugins },
      ...(plugins.length === 0 ? { text: 'No plugins found\n' } : {}),
      names: plugins.filter(({ result }) => result === 'updated').map(({ name }) => name),
      ...(error === undefined ? {} : { error, told: true }),
    };
  },
});
export default command;

import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { uninstallPlugin } from '../../lib/features/plugin/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Uninstall a plugin',
  description: 'Removes its program and its receipt from the plugin folder. Of a link, what it leads to stays.',
  examples: [{ description: 'By name', command: 'flux-ts plugin uninstall operator' }],
  aliases: ['delete'],
  args: [{ name: 'name', required: true }],
  flags: {},
  outputs: ['table', 'json', 'yaml', 'name'],
  async run({ args, context }) {
    const result = await uninstallPlugin(args[0] ?? '', await context.plugins());
    return { data: result, names: [result.name] };
  },
});
export default command;

import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { table } from '../../lib/cli/output.ts';
import { SANDBOX_LIST_VIEW, sandboxList } from '../../lib/features/sandbox/index.ts';
import { sandboxPorts } from '../support/sandbox-ports.ts';

const command: AnyCommand = defineCommand({
  summary: 'Show the sandboxes of this user',
  examples: [{ description: 'All of them', command: 'flux-ts sandbox list' }],
  aliases: ['ls'],
  flags: {},
  outputs: ['table', 'json', 'yaml', 'name'],
  async run({ context }) {
    const items = await sandboxList(sandboxPorts(context));
    return { data: { items }, view: table(SANDBOX_LIST_VIEW, items), names: items.map((item) => item.name) };
  },
});
export default command;

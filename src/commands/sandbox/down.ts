import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { sandboxDown } from '../../lib/features/sandbox/index.ts';
import { NAME_FLAG, sandboxPorts } from '../support/sandbox-ports.ts';

const command: AnyCommand = defineCommand({
  summary: 'Take a sandbox down, with all its data',
  examples: [{ description: 'The default one', command: 'flux-ts sandbox down' }],
  flags: { name: NAME_FLAG },
  outputs: ['table', 'json', 'yaml', 'name'],
  async run({ flags, context }) {
    const result = await sandboxDown({ name: flags.name }, sandboxPorts(context));
    return { data: result, names: [result.name] };
  },
});
export default command;

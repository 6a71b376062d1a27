import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { sandboxKubeconfig } from '../../lib/features/sandbox/index.ts';
import { NAME_FLAG, sandboxPorts } from '../support/sandbox-ports.ts';

const command: AnyCommand = defineCommand({
  summary: 'Print the kubeconfig of a sandbox',
  examples: [{ description: 'Into a file', command: 'flux-ts sandbox kubeconfig > kubeconfig' }],
  flags: { name: NAME_FLAG },
  async run({ flags, context }) {
    const { content } = await sandboxKubeconfig({ name: flags.name }, sandboxPorts(context));
    return { text: content };
  },
});
export default command;

import { type AnyCommand, defineCommand } from '../../../lib/cli/command.ts';
import { FluxError } from '../../../lib/core/errors.ts';
import { formatTree, listTree, readGeneratorTree } from '../../../lib/features/inspect/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Show which artifacts an ArtifactGenerator has made, as a tree',
  examples: [{ description: 'Of one', command: 'flux-ts tree artifact generator web -n apps' }],
  args: [{ name: 'name', required: true }],
  flags: {},
  outputs: ['table', 'json', 'yaml'],
  async run({ args, context }) {
    const name = args[0];
    if (name === undefined) throw new FluxError('inspect/bad-words', 'generator name is required');
    const tree = await readGeneratorTree({ namespace: await context.namespace(), name }, await context.kube());
    return { data: listTree(tree), text: formatTree(tree) };
  },
});
export default command;

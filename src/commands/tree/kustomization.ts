import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { boolean } from '../../lib/cli/flags.ts';
import { FluxError } from '../../lib/core/errors.ts';
import { formatTree, listTree, readTree } from '../../lib/features/inspect/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Show what a Kustomization has applied, as a tree',
  examples: [
    { description: 'All of it', command: 'flux-ts tree kustomization flux-system' },
    { description: "Only Flux's own objects", command: 'flux-ts tree kustomization flux-system --compact' },
  ],
  aliases: ['ks'],
  args: [{ name: 'name', required: true }],
  flags: { compact: boolean({ description: "leaves out what is not Flux's" }) },
  outputs: ['table', 'json', 'yaml'],
  async run({ args, flags, context }) {
    const name = args[0];
    if (name === undefined) throw new FluxError('objects/name-missing', 'kustomization name is required');
    const tree = await readTree({ namespace: await context.namespace(), name, compact: flags.compact }, await context.kube());
    return { data: listTree(tree), text: formatTree(tree) };
  },
});
export default command;

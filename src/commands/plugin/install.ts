import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { installPlugin } from '../../lib/features/plugin/index.ts';
import { loadBuiltinWords } from '../support/builtin-words.ts';

const command: AnyCommand = defineCommand({
  summary: 'Install a plugin of the catalog',
  description:
    'Downloads the program for this machine, checks its digest, and puts it into $FLUXCD_PLUGINS (default ~/.fluxcd/plugins), which is the folder of flux too. FLUXCD_PLUGIN_CATALOG names another catalog.',
  examples: [
    { description: 'The newest version', command: 'flux-ts plugin install operator' },
    { description: 'One version', command: 'flux-ts plugin install operator@0.45.0' },
    {
      description: 'Exactly these bytes',
      command: 'flux-ts plugin install operator@sha256:06e0a38db4fa6bc9f705a577c7e58dc020bfe2618e45488599e5ef7bb62e3a8a',
    },
  ],
  args: [{ name: 'name', required: true, description: 'name[@version|@digest]' }],
  flags: {},
  outputs: ['table', 'json', 'yaml', 'name'],
  timeLimit: 'when-given',
  async run({ args, context }) {
    const result = await installPlugin(args[0] ?? '', await loadBuiltinWords(), await context.plugins());
    return { data: result, names: [result.name] };
  },
});
export default command;

import { type AnyCommand, defineCommand } from '../lib/cli/command.ts';
import { boolean, choice, string } from '../lib/cli/flags.ts';
import { FluxError } from '../lib/core/errors.ts';
import { renderFolder } from '../lib/features/build/index.ts';

/** What kubectl runs programs for, and what to do instead. */
const REFUSED = {
  'enable-alpha-plugins': 'run the plugin before the build and list what it writes under "resources"',
  'enable-exec': 'run the program before the build and list what it writes under "resources"',
  'enable-helm': 'render the chart with "helm template" and list the file under "resources", or use a HelmRelease',
} as const;

const command: AnyCommand = defineCommand({
  summary: 'Build a kustomization and print it',
  description: 'Prints what kubectl kustomize prints. No program is run and nothing is fetched.',
  examples: [
    { description: 'The folder where the command runs', command: 'flux-ts kustomize' },
    { description: 'An overlay, into a file', command: 'flux-ts kustomize ./overlays/production -o production.yaml' },
  ],
  args: [{ name: 'dir', description: 'folder with a kustomization file (default: where the command runs)' }],
  flags: {
    'load-restrictor': choice({
      options: ['LoadRestrictionsRootOnly', 'LoadRestrictionsNone'],
      default: 'LoadRestrictionsRootOnly',
      description: 'whether a kustomization may name files outside of its folder',
    }),
    output: string({ short: 'o', description: 'file that the result goes to' }),
    'enable-alpha-plugins': boolean({ description: 'refused: programs are not run', hidden: true }),
    'enable-exec': boolean({ description: 'refused: programs are not run', hidden: true }),
    'enable-helm': boolean({ description: 'refused: charts are not rendered', hidden: true }),
  },
  async run({ args, flags, context }) {
    const [directory = '.'] = args;
    for (const name of ['enable-alpha-plugins', 'enable-exec', 'enable-helm'] as const) {
      if (flags[name]) throw new FluxError('build/unsupported-flag', `--${name} is not supported`, { hint: REFUSED[name] });
    }
    const text = await renderFolder(
      {
        directory,
        loadRestrictor: flags['load-restrictor'] === 'LoadRestrictionsNone' ? 'none' : 'rootOnly',
        outputFile: flags.output,
      },
      {
        cwd: context.host.cwd,
        openFolder: context.openFolder,
        storeTextFile: context.storeTextFile,
        progress: context.progress,
      },
    );
    return { text, manifests: true };
  },
});
export default command;

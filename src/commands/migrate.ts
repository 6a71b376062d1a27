import { type AnyCommand, defineCommand } from '../lib/cli/command.ts';
import { boolean, choice, string, strings } from '../lib/cli/flags.ts';
import { FluxError } from '../lib/core/errors.ts';
import { migrateFiles, type Target } from '../lib/features/migrate/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Bring the Flux objects in files to the APIs of this release',
  description:
    'Rewrites the lines concerned and leaves the rest of each file as it is. Fields that the new API does not have are taken out, each with a warning.',
  examples: [
    { description: 'See what would change', command: 'flux-ts migrate -f ./clusters --dry-run' },
    { description: 'Change it without being asked', command: 'flux-ts migrate -f ./clusters --yes' },
  ],
  flags: {
    'dry-run': boolean({ description: 'tells what would change, and writes nothing' }),
    extensions: strings({
      short: 'e',
      default: ['.yaml', '.yml'],
      description: 'endings of the files that are looked at in folders',
    }),
    path: string({ short: 'f', description: 'file or folder' }),
    version: choice({
      short: 'v',
      options: ['2.9', '2.8', '2.7', '2.6'],
      default: '2.9',
      description: 'version of Flux whose APIs are wanted',
    }),
    yes: boolean({ short: 'y', description: 'does not ask' }),
  },
  outputs: ['table', 'json', 'yaml', 'name'],
  async run({ flags, context }) {
    if (flags.path === '') {
      throw new FluxError('migrate/path-missing', 'path is required', {
        hint: 'name a file or folder: flux-ts migrate -f ./clusters',
      });
    }
    const files = await context.readManifestFiles([flags.path], flags.extensions);
    const result = await migrateFiles(
      files,
      { target: (flags.version || '2.9') as Target, dryRun: flags['dry-run'] },
      {
        writeFile: context.writeTextFile,
        confirm: (question) => (flags.yes ? Promise.resolve(true) : context.confirm(question)),
        progress: context.progress,
      },
    );
    return { data: result, names: result.files.map(({ path }) => path) };
  },
});
export default command;

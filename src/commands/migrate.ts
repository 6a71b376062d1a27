import { type AnyCommand, defineCommand } from '../lib/cli/command.ts';
import { boolean, choice, string, strings } from '../lib/cli/flags.ts';
import { FIELD_MANAGER } from '../lib/core/flux.ts';
import { migrateCluster, migrateFiles, type Target } from '../lib/features/migrate/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Bring the Flux objects in files, or in the cluster, to the APIs of this release',
  description:
    'In files, with --path, it rewrites the lines concerned and leaves the rest as it is; fields that the new API does not have are taken out, each with a warning. In the cluster it has objects stored in the newest version, which is to be done before an upgrade of Flux drops an older one.',
  examples: [
    {
      description: 'Before an upgrade: see what of the cluster is stored in older versions',
      command: 'flux-ts migrate --dry-run',
    },
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
    path: string({ short: 'f', description: 'file or folder; without it the cluster is migrated' }),
    version: choice({
      short: 'v',
      options: ['2.9', '2.8', '2.7', '2.6'],
      default: '2.9',
      description: 'version of Flux whose APIs are wanted',
    }),
    yes: boolean({ short: 'y', description: 'does not ask' }),
  },
  outputs: ['table', 'json', 'yaml', 'name'],
  async run({ flags, given, context }) {
    if (flags.path === '') {
      const idle = ['extensions', 'version'].filter((name) => given.has(name)).map((name) => `--${name}`);
      if (idle.length > 0) context.progress.warning(`${idle.join(', ')} without effect: only files have it`);
      const definitions = await migrateCluster({
        kube: await context.kube(),
        progress: context.progress,
        dryRun: flags['dry-run'],
        signal: context.signal,
        fieldManager: FIELD_MANAGER.cli,
      });
      return { data: { dryRun: flags['dry-run'], definitions }, names: definitions.map(({ definition }) => definition) };
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

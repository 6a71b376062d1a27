import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { boolean, string } from '../../lib/cli/flags.ts';
import { table } from '../../lib/cli/output.ts';
import { FluxError } from '../../lib/core/errors.ts';
import { CHANGES_VIEW, diffArtifact } from '../../lib/features/artifact/index.ts';
import { IGNORE_PATHS_FLAG, REGISTRY_FLAGS, registryChoiceOf } from '../support/registry-flags.ts';

/** What `diff` exits with where it could not compare. */
const EXIT_DIFF_FAILED = 2;

const command: AnyCommand = defineCommand({
  summary: 'Compare a folder or a file with an artifact in an OCI registry',
  description: 'Lists the files that differ. Exits with 0 where none does, 1 where some do, and 2 where it could not compare.',
  examples: [
    {
      description: 'Is the folder what was pushed?',
      command: 'flux-ts diff artifact oci://ghcr.io/org/config/app:v1.0.0 --path=./deploy',
    },
    { description: 'For a script', command: 'flux-ts diff artifact oci://ghcr.io/org/config/app:v1.0.0 --path=./deploy -o json' },
  ],
  args: [{ name: 'oci-url', required: true }],
  flags: {
    ...REGISTRY_FLAGS,
    'ignore-paths': IGNORE_PATHS_FLAG,
    path: string({ description: 'folder or file with the manifests; - is standard input' }),
    'resolve-symlinks': boolean({ description: 'packs what links lead to; without it links are left out' }),
  },
  outputs: ['table', 'json', 'yaml', 'name'],
  async run({ args, flags, context }) {
    try {
      const diff = await diffArtifact(
        {
          ...registryChoiceOf(flags),
          url: args[0] ?? '',
          path: flags.path,
          ignorePaths: flags['ignore-paths'],
          resolveSymlinks: flags['resolve-symlinks'],
        },
        await context.artifactWorld(),
      );
      if (diff.changes.length === 0) {
        context.progress.success('no changes detected');
        return { data: diff };
      }
      context.progress.warning('the remote artifact contents differs from the local one');
      const names = diff.changes.map(({ path }) => path);
      return { data: diff, view: table(CHANGES_VIEW, diff.changes), names, exitCode: 1 };
    } catch (error) {
      if (!(error instanceof FluxError)) throw error;
      return { error, exitCode: EXIT_DIFF_FAILED };
    }
  },
});
export default command;

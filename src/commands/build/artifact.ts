import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { boolean, string } from '../../lib/cli/flags.ts';
import { buildArtifact } from '../../lib/features/artifact/index.ts';
import { IGNORE_PATHS_FLAG } from '../support/registry-flags.ts';

const command: AnyCommand = defineCommand({
  summary: 'Pack a folder or a file into an artifact on disk',
  description:
    'Writes the tarball that "push artifact" would upload. The same files with the same modes give the same bytes, and those are the bytes of flux.',
  examples: [
    { description: 'From a folder', command: 'flux-ts build artifact --path=./deploy --output=./artifact.tgz' },
    {
      description: 'From what another program prints',
      command: 'flux-ts kustomize ./deploy | flux-ts build artifact -p - -o ./artifact.tgz',
    },
  ],
  flags: {
    'ignore-paths': IGNORE_PATHS_FLAG,
    output: string({ short: 'o', default: 'artifact.tgz', description: 'file to write' }),
    path: string({ short: 'p', description: 'folder or file with the manifests; - is standard input' }),
    'resolve-symlinks': boolean({ description: 'packs what links lead to; without it links are left out' }),
  },
  async run({ flags, context }) {
    const { files, progress } = await context.artifactWorld();
    const options = {
      path: flags.path,
      output: flags.output,
      ignorePaths: flags['ignore-paths'],
      resolveSymlinks: flags['resolve-symlinks'],
    };
    return { data: await buildArtifact(options, { files, progress }) };
  },
});
export default command;

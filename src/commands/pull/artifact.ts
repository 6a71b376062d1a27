import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { string } from '../../lib/cli/flags.ts';
import { pullArtifact } from '../../lib/features/artifact/index.ts';
import { REGISTRY_FLAGS, registryChoiceOf } from '../support/registry-flags.ts';

const command: AnyCommand = defineCommand({
  summary: 'Download an artifact and unpack it into a folder',
  description:
    'Files of the folder that the artifact has, too, are replaced; others stay. Nothing is written before all of it is here and sound.',
  examples: [
    { description: 'A tag', command: 'flux-ts pull artifact oci://ghcr.io/org/config/app:v1.0.0 --output=./manifests' },
    {
      description: 'From a registry on this machine',
      command: 'flux-ts pull artifact oci://localhost:5000/app:v1.0.0 -o ./manifests',
    },
  ],
  args: [{ name: 'oci-url', required: true }],
  flags: { ...REGISTRY_FLAGS, output: string({ short: 'o', description: 'folder to unpack into; must be there' }) },
  async run({ args, flags, context }) {
    const world = await context.artifactWorld();
    return { data: await pullArtifact({ ...registryChoiceOf(flags), url: args[0] ?? '', output: flags.output }, world) };
  },
});
export default command;

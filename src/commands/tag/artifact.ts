import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { strings } from '../../lib/cli/flags.ts';
import { tagArtifact } from '../../lib/features/artifact/index.ts';
import { REGISTRY_FLAGS, registryChoiceOf } from '../support/registry-flags.ts';

const command: AnyCommand = defineCommand({
  summary: 'Give an artifact in an OCI registry more tags',
  description: 'Nothing is uploaded but the manifest. A tag that names the artifact already is left as it is.',
  examples: [
    {
      description: 'Make a version the latest',
      command: 'flux-ts tag artifact oci://ghcr.io/org/config/app:v1.0.0 --tag=latest',
    },
    { description: 'Several', command: 'flux-ts tag artifact oci://ghcr.io/org/config/app:v1.0.0 --tag=stable,v1' },
  ],
  args: [{ name: 'oci-url', required: true }],
  flags: { ...REGISTRY_FLAGS, tag: strings({ description: 'tag; can be repeated' }) },
  outputs: ['table', 'json', 'yaml', 'name'],
  async run({ args, flags, context }) {
    const options = { ...registryChoiceOf(flags), url: args[0] ?? '', tags: flags.tag };
    const tagged = await tagArtifact(options, await context.artifactWorld());
    return { data: tagged, names: tagged.map(({ artifact }) => artifact), text: '' };
  },
});
export default command;

import { type AnyCommand, defineCommand } from '../lib/cli/command.ts';
import { boolean } from '../lib/cli/flags.ts';
import { clientVersions, readVersions } from '../lib/features/install/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Print the versions of Flux: of this client and in the cluster',
  examples: [{ description: 'Of the client alone', command: 'flux-ts version --client' }],
  flags: { client: boolean({ description: 'asks no cluster' }) },
  outputs: ['yaml', 'json'],
  async run({ flags, context }) {
    const versions = flags.client
      ? clientVersions()
      : await readVersions({ namespace: await context.namespace() }, { kube: await context.kube(), signal: context.signal });
    return { data: versions };
  },
});
export default command;

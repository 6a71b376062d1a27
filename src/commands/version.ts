import { type AnyCommand, defineCommand } from '../lib/cli/command.ts';
import { boolean } from '../lib/cli/flags.ts';
import { emitYaml } from '../lib/core/yaml/index.ts';
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
    // As upstream: sorted for programs, and for people the client comes first.
    const data = Object.fromEntries(Object.entries(versions).sort(([a], [b]) => (a < b ? -1 : 1)));
    return {
      data,
      text: Object.entries(versions)
        .map(([name, version]) => emitYaml({ [name]: version }))
        .join(''),
      manifests: true,
    };
  },
});
export default command;

import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { string } from '../../lib/cli/flags.ts';
import { table } from '../../lib/cli/output.ts';
import { ARTIFACTS_VIEW, listArtifacts } from '../../lib/features/artifact/index.ts';
import { REGISTRY_FLAGS, registryChoiceOf } from '../support/registry-flags.ts';

const command: AnyCommand = defineCommand({
  summary: 'List the artifacts of a repository in an OCI registry',
  description: 'One row for each tag, the last by name first. Tags of cosign (.sig, .att, .sbom) are left out.',
  examples: [
    { description: 'All', command: 'flux-ts list artifacts oci://ghcr.io/org/config/app' },
    { description: 'Releases of one line', command: 'flux-ts list artifacts oci://ghcr.io/org/config/app --filter-semver="1.x"' },
  ],
  args: [{ name: 'oci-url', required: true }],
  flags: {
    ...REGISTRY_FLAGS,
    'filter-regex': string({ description: 'only tags that this expression matches' }),
    'filter-semver': string({ description: 'only tags that are versions in this range' }),
  },
  outputs: ['table', 'wide', 'json', 'yaml', 'name'],
  async run({ args, flags, context }) {
    const options = {
      ...registryChoiceOf(flags),
      url: args[0] ?? '',
      filterRegex: flags['filter-regex'],
      filterSemver: flags['filter-semver'],
    };
    const rows = await listArtifacts(options, await context.artifactWorld());
    return { data: rows, view: table(ARTIFACTS_VIEW, rows), names: rows.map(({ artifact }) => artifact) };
  },
});
export default command;

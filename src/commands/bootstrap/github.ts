import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { string } from '../../lib/cli/flags.ts';
import { FORGE_FLAGS, runForge, TEAM_FLAG } from '../support/bootstrap-forge.ts';

const command: AnyCommand = defineCommand({
  summary: 'Install Flux and keep its manifests in a repository of GitHub',
  description:
    'Makes the repository where it is not there, gives the cluster a deploy key, and goes on as "bootstrap git". What the token in GITHUB_TOKEN may is checked before anything is changed. Doing it again upgrades.',
  examples: [
    {
      description: 'In a organization',
      command: 'GITHUB_TOKEN=$TOKEN flux-ts bootstrap github --owner=platform --repository=fleet --path=clusters/prod',
    },
    {
      description: 'Where nobody may push to the branch',
      command:
        'GITHUB_TOKEN=$TOKEN flux-ts bootstrap github --owner=platform --repository=fleet --path=clusters/prod --pull-request',
    },
  ],
  flags: {
    ...FORGE_FLAGS,
    hostname: string({ default: 'github.com', description: 'host of GitHub' }),
    team: TEAM_FLAG,
  },
  outputs: ['table', 'json', 'yaml', 'name'],
  timeLimit: 'own',
  run: (input) =>
    runForge(input, {
      name: 'github',
      hostname: input.flags.hostname,
      tokenVariable: 'GITHUB_TOKEN',
      tokenUsername: input.flags.owner,
      visibility: input.flags.private ? 'private' : 'public',
      teams: input.flags.team,
      teamPermission: 'maintain',
      deployTokenAuth: false,
    }),
});
export default command;

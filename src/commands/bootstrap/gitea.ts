import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { string } from '../../lib/cli/flags.ts';
import { FORGE_FLAGS, runForge, TEAM_FLAG } from '../support/bootstrap-forge.ts';

const command: AnyCommand = defineCommand({
  summary: 'Install Flux and keep its manifests in a repository of Gitea',
  description:
    'Makes the repository where it is not there, gives the cluster a deploy key, and goes on as "bootstrap git". What the token in GITEA_TOKEN may is checked before anything is changed. Doing it again upgrades.',
  examples: [
    {
      description: 'In an organization',
      command:
        'GITEA_TOKEN=$TOKEN flux-ts bootstrap gitea --hostname=git.example.com --owner=platform --repository=fleet --path=clusters/prod',
    },
    {
      description: 'Where nobody may push to the branch',
      command:
        'GITEA_TOKEN=$TOKEN flux-ts bootstrap gitea --hostname=git.example.com --owner=platform --repository=fleet --path=clusters/prod --pull-request',
    },
  ],
  flags: {
    ...FORGE_FLAGS,
    hostname: string({ default: 'gitea.com', description: 'host of Gitea' }),
    team: TEAM_FLAG,
  },
  outputs: ['table', 'json', 'yaml', 'name'],
  timeLimit: 'own',
  run: (input) =>
    runForge(input, {
      name: 'gitea',
      hostname: input.flags.hostname,
      tokenVariable: 'GITEA_TOKEN',
      tokenUsername: input.flags.owner,
      visibility: input.flags.private ? 'private' : 'public',
      teams: input.flags.team,
      teamPermission: 'maintain',
      deployTokenAuth: false,
    }),
});
export default command;

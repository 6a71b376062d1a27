import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { boolean, choice, string } from '../../lib/cli/flags.ts';
import { FORGE_FLAGS, runForge, TEAM_FLAG } from '../support/bootstrap-forge.ts';

const command: AnyCommand = defineCommand({
  summary: 'Install Flux and keep its manifests in a repository of GitLab',
  description:
    'Makes the repository where it is not there, gives the cluster a deploy key, and goes on as "bootstrap git". What the token in GITLAB_TOKEN may is checked before anything is changed. Doing it again upgrades.',
  examples: [
    {
      description: 'In a group; sub-groups are part of the name of the repository',
      command: 'GITLAB_TOKEN=$TOKEN flux-ts bootstrap gitlab --owner=platform --repository=fleet --path=clusters/prod',
    },
    {
      description: 'Where nobody may push to the branch',
      command:
        'GITLAB_TOKEN=$TOKEN flux-ts bootstrap gitlab --owner=platform --repository=fleet --path=clusters/prod --pull-request',
    },
  ],
  flags: {
    ...FORGE_FLAGS,
    'deploy-token-auth': boolean({ description: 'gives the cluster a deploy token rather than a deploy key' }),
    hostname: string({ default: 'gitlab.com', description: 'host of GitLab' }),
    private: boolean({ default: true, hidden: true, description: 'same as --visibility: private, or public where it is false' }),
    team: TEAM_FLAG,
    visibility: choice<'public' | 'internal' | 'private'>({
      options: ['public', 'internal', 'private'],
      default: 'private',
      description: 'who may see the repository',
    }),
  },
  outputs: ['table', 'json', 'yaml', 'name'],
  timeLimit: 'own',
  run: (input) =>
    runForge(input, {
      name: 'gitlab',
      hostname: input.flags.hostname,
      tokenVariable: 'GITLAB_TOKEN',
      tokenUsername: input.flags.owner,
      visibility: input.flags.private ? input.flags.visibility || 'private' : 'public',
      teams: input.flags.team,
      teamPermission: 'maintain',
      deployTokenAuth: input.flags['deploy-token-auth'],
    }),
});
export default command;

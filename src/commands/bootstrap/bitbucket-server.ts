import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { string, strings } from '../../lib/cli/flags.ts';
import { FORGE_FLAGS, runForge } from '../support/bootstrap-forge.ts';

const command: AnyCommand = defineCommand({
  summary: 'Install Flux and keep its manifests in a repository of Bitbucket Server',
  description:
    'Makes the repository where it is not there, gives the cluster a deploy key, and goes on as "bootstrap git". What the token in BITBUCKET_TOKEN may is checked before anything is changed. Doing it again upgrades.',
  examples: [
    {
      description: 'In a project',
      command:
        'BITBUCKET_TOKEN=$TOKEN flux-ts bootstrap bitbucket-server --hostname=git.example.com --owner=platform --repository=fleet --path=clusters/prod',
    },
    {
      description: 'Where nobody may push to the branch',
      command:
        'BITBUCKET_TOKEN=$TOKEN flux-ts bootstrap bitbucket-server --hostname=git.example.com --owner=platform --repository=fleet --path=clusters/prod --pull-request',
    },
  ],
  flags: {
    ...FORGE_FLAGS,
    group: strings({ description: 'group that gets access, as NAME or NAME:PERMISSION; can be repeated' }),
    hostname: string({ description: 'host of Bitbucket Server' }),
    username: string({ short: 'u', default: 'git', description: 'user name that the token belongs to' }),
  },
  outputs: ['table', 'json', 'yaml', 'name'],
  timeLimit: 'own',
  run: (input) =>
    runForge(input, {
      name: 'bitbucket-server',
      hostname: input.flags.hostname,
      tokenVariable: 'BITBUCKET_TOKEN',
      tokenUsername: input.flags.username,
      visibility: input.flags.private ? 'private' : 'public',
      teams: input.flags.group,
      teamPermission: 'push',
      deployTokenAuth: false,
    }),
});
export default command;

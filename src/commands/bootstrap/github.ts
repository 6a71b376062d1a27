import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { string } from '../../lib/cli/flags.ts';
import { FORGE_FLAGS, runForge, TEAM_FLAG } from '../support/bootstrap-forge.ts';
import { logInAsAppOf } from '../support/github-app.ts';
import { GITHUB_APP_FLAGS } from '../support/github-app-flags.ts';

const command: AnyCommand = defineCommand({
  summary: 'Install Flux and keep its manifests in a repository of GitHub',
  description:
    'Makes the repository where it is not there, gives the cluster a deploy key, and goes on as "bootstrap git". What the token in GITHUB_TOKEN, or the GitHub App of --app-id, may is checked before anything is changed. With an app and --token-auth the cluster logs in as the app, too. Doing it again upgrades.',
  examples: [
    {
      description: 'In an organization',
      command: 'GITHUB_TOKEN=$TOKEN flux-ts bootstrap github --owner=platform --repository=fleet --path=clusters/prod',
    },
    {
      description: 'Where nobody may push to the branch',
      command:
        'GITHUB_TOKEN=$TOKEN flux-ts bootstrap github --owner=platform --repository=fleet --path=clusters/prod --pull-request',
    },
    {
      description: 'As a GitHub App, which the cluster goes on with',
      command:
        'flux-ts bootstrap github --app-id=1234567 --app-private-key=./app.pem --token-auth --owner=platform --repository=fleet --path=clusters/prod',
    },
  ],
  flags: {
    ...FORGE_FLAGS,
    ...GITHUB_APP_FLAGS,
    'app-base-url': string({ description: 'URL of the API (default: that of --hostname)' }),
    'app-id': string({ description: 'number of the GitHub App that bootstraps, in place of the token in GITHUB_TOKEN' }),
    'app-installation-owner': string({
      description: 'user or organization where the app is installed, instead of the number (default: --owner)',
    }),
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
      logInAsApp: (caCertificate) => logInAsAppOf(input.flags, caCertificate, input.context),
      tokenUsername: input.flags.owner,
      visibility: input.flags.private ? 'private' : 'public',
      teams: input.flags.team,
      teamPermission: 'maintain',
      deployTokenAuth: false,
    }),
});
export default command;

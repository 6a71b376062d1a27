import type { AnyCommand } from '../../../lib/cli/command.ts';
import { makeGitHubAppSecret, readFileFor } from '../../../lib/features/create/index.ts';
import { secretCommand } from '../../support/create-secret.ts';
import { GITHUB_APP_FLAGS } from '../../support/github-app-flags.ts';

const command: AnyCommand = secretCommand({
  noun: 'githubapp',
  purpose: 'a GitHub App',
  description:
    'It lets a GitRepository with --provider=github log in as an installation of a GitHub App, with a token that is made for each hour. Ids, key and URL are checked before anything is stored.',
  examples: [
    {
      description: 'By the number of the installation',
      command:
        'flux-ts create secret githubapp fleet-auth --app-id=1234567 --app-installation-id=7654321 --app-private-key=./app.pem',
    },
    {
      description: 'By its owner on GitHub Enterprise, as YAML',
      command:
        'flux-ts create secret githubapp fleet-auth --app-id=1234567 --app-installation-owner=platform --app-private-key=./app.pem --app-base-url=https://github.example.com/api/v3 --export > auth.yaml',
    },
  ],
  flags: GITHUB_APP_FLAGS,
  async make(options, { context }) {
    const privateKey = await readFileFor('unable to read private key file', options.appPrivateKey, context.readTextFile);
    return makeGitHubAppSecret(options, { ...options, privateKey });
  },
});
export default command;

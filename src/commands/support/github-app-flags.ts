import { type Flag, string } from '../../lib/cli/flags.ts';

/** The flags that name a GitHub App and where it is installed. */
export const GITHUB_APP_FLAGS: {
  readonly 'app-base-url': Flag<string>;
  readonly 'app-id': Flag<string>;
  readonly 'app-installation-id': Flag<string>;
  readonly 'app-installation-owner': Flag<string>;
  readonly 'app-private-key': Flag<string>;
} = {
  'app-base-url': string({ description: "URL of the API of GitHub Enterprise (default: GitHub's)" }),
  'app-id': string({ description: 'number of the app' }),
  'app-installation-id': string({ description: 'number of the installation' }),
  'app-installation-owner': string({ description: 'user or organization where the app is installed, instead of the number' }),
  'app-private-key': string({ description: 'file with the private key of the app, PEM' }),
};

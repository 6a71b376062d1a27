import type { GitHubApp } from './fetch-installation-token.ts';

/** Why an app gets no token, as far as it can be told. */
export type AppRefusal = 'unknown-app' | 'wrong-key' | 'wrong-clock' | 'suspended' | 'not-installed' | 'other';

/**
 * Guesses why an app is refused, from the status and GitHub's words, which its documentation does not promise.
 *
 * Effects: none
 * Source: answers as users report them: octokit/rest.js#218 and actions/create-github-app-token#153 (wrong id, wrong key),
 * #178 (clock), octokit/octokit.rb#1307 (suspended)
 */
export function guessAppRefusal(status: number, words: string): AppRefusal {
  if (/integration not found|'Issuer' claim/i.test(words)) return 'unknown-app';
  if (/'(?:Expiration time|Issued at)' claim/i.test(words)) return 'wrong-clock';
  if (status === 401) return 'wrong-key';
  if (status === 403 && /suspended/i.test(words)) return 'suspended';
  return status === 404 ? 'not-installed' : 'other';
}

/**
 * Says what a refusal means and what to do about it.
 *
 * Effects: none
 */
export function explainAppRefusal(
  refusal: AppRefusal,
  app: Pick<GitHubApp, 'appId' | 'installationId' | 'installationOwner'>,
): { readonly cause: string; readonly hint: string } {
  const { appId, installationId, installationOwner = '' } = app;
  const installation =
    installationId === undefined ? `the installation at ${installationOwner}` : `installation ${installationId}`;
  switch (refusal) {
    case 'unknown-app':
      return {
        cause: `there is no app with the id ${appId}`,
        hint: 'take the "App ID" of the page of the app (Settings, Developer settings, GitHub Apps); the client id is another one',
      };
    case 'wrong-key':
      return {
        cause: `the private key is none of app ${appId}: it is of another app, or was deleted there`,
        hint: 'check that id and key are of the same app, or make a key on its page, under "Private keys"',
      };
    case 'wrong-clock':
      return {
        cause: "the clock of this machine is not GitHub's, so what the app signs has ended or has not begun",
        hint: 'set the clock of this machine',
      };
    case 'suspended':
      return {
        cause: `${installation} of app ${appId} is suspended`,
        hint: 'its owner unsuspends it on the page of the installation (Settings, GitHub Apps, Configure)',
      };
    case 'not-installed':
      return {
        cause:
          installationId === undefined
            ? `app ${appId} is not installed at ${installationOwner}`
            : `app ${appId} has no installation ${installationId}`,
        hint: 'install it where the repository is, from its page under "Install App"; the number of an installation ends the URL of its page',
      };
    case 'other':
      return {
        cause: `app ${appId} got no token`,
        hint: "Check the app's id, that the key is one of its own, and that it is installed where the repository is",
      };
    default: {
      const never: never = refusal;
      return never;
    }
  }
}

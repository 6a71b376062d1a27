import type { FlagValues } from '../../lib/cli/flags.ts';
import type { Context } from '../../lib/context.ts';
import { isJsonObject } from '../../lib/core/json.ts';
import { type AppLogin, logInAsApp } from '../../lib/features/bootstrap/index.ts';
import { makeGitHubAppSecret, readFileFor } from '../../lib/features/create/index.ts';
import { GITHUB_APP_FLAGS } from './github-app-flags.ts';

/** The flags that log in as an app need these besides. */
export interface AppFlagValues extends FlagValues<typeof GITHUB_APP_FLAGS> {
  readonly hostname: string;
  readonly owner: string;
  readonly repository: string;
  readonly personal: boolean;
  readonly 'secret-name': string;
}

/** An installation of an app that bootstraps. */
export interface ForgeApp {
  readonly login: AppLogin;
  /** Base of the API. */
  readonly apiUrl: string;
  /** Keys of the Secret by which the cluster logs in as the same. */
  readonly secret: Readonly<Record<string, string>>;
}

/** Logs in as the app that the flags name; undefined where they name none. */
export async function logInAsAppOf(flags: AppFlagValues, caCertificate: string, context: Context): Promise<ForgeApp | undefined> {
  const names = Object.keys(GITHUB_APP_FLAGS) as (keyof typeof GITHUB_APP_FLAGS)[];
  if (names.every((name) => flags[name] === '')) return undefined;
  const { webUrl, apiUrl } = await context.forgeUrls('github', { hostname: flags.hostname, baseUrl: flags['app-base-url'] });
  const file = flags['app-private-key'];
  const installationId = flags['app-installation-id'];
  const given = flags['app-installation-owner'];
  const installationOwner = given === '' && installationId === '' ? flags.owner : given;
  const privateKey = file === '' ? '' : await readFileFor('unable to read private key file', file, context.readTextFile);
  const { stringData } = makeGitHubAppSecret(
    { name: flags['secret-name'], namespace: '', labels: {} },
    {
      appId: flags['app-id'],
      appInstallationId: installationId,
      appInstallationOwner: installationOwner,
      // GitHub's own is what the controllers take where nothing is said.
      appBaseUrl: apiUrl === PUBLIC_API ? '' : apiUrl.replace(/\/$/, ''),
      privateKey,
    },
  );
  const { owner, repository, personal } = flags;
  const login = await logInAsApp(
    {
      appId: flags['app-id'],
      installationId,
      installationOwner,
      privateKey,
      apiUrl,
      webUrl,
      caCertificate,
      owner,
      repository,
      personal,
    },
    { git: await context.git(), clock: context.clock, progress: context.progress, signal: context.signal },
  );
  const secret = isJsonObject(stringData) ? Object.entries(stringData).map(([key, text]) => [key, String(text)]) : [];
  return { login, apiUrl, secret: Object.fromEntries(secret) as Record<string, string> };
}

const PUBLIC_API = 'https://api.github.com/';

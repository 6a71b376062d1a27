import { FluxError } from '../../core/errors.ts';
import { BITBUCKET_SCOPES, bitbucketServer } from './bitbucket-server.ts';
import { gitea, GITEA_SCOPES, readMissingScope } from './gitea.ts';
import { github, GITHUB_PERMISSIONS, GITHUB_SCOPES, isInstallationToken } from './github.ts';
import { gitlab, GITLAB_SCOPES } from './gitlab.ts';
import { makeRest } from './rest.ts';
import type { Forge, ForgeName, ForgeOptions, ForgePorts } from './types.ts';

/**
 * Opens a forge. Nothing is asked yet.
 *
 * Effects: none by itself
 *
 * @throws {FluxError} forge/bad-host, forge/no-token
 */
export function openForge(name: ForgeName, options: ForgeOptions, ports: ForgePorts): Forge {
  if (options.token === '') {
    throw new FluxError('forge/no-token', `a token of ${name} is needed`, {
      hint: `set ${name.split('-')[0]?.toUpperCase()}_TOKEN${name === 'github' ? ', or name a GitHub App: --app-id, --app-private-key' : ''}`,
    });
  }
  const base = apiBaseOf(name, options);
  const bearer = { authorization: `Bearer ${options.token}` };
  switch (name) {
    case 'github': {
      const headers = {
        ...bearer,
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
        'user-agent': 'flux-ts',
      };
      const isInstallation = options.permissions !== undefined || isInstallationToken(options.token);
      const neededScopes = isInstallation ? GITHUB_PERMISSIONS : GITHUB_SCOPES;
      return github(makeRest({ title: 'GitHub', base, headers, neededScopes }, ports), options);
    }
    case 'gitlab':
      return gitlab(makeRest({ title: 'GitLab', base, headers: bearer, neededScopes: GITLAB_SCOPES }, ports));
    case 'gitea': {
      const headers = { authorization: `token ${options.token}` };
      return gitea(makeRest({ title: 'Gitea', base, headers, neededScopes: GITEA_SCOPES, readMissingScope }, ports));
    }
    case 'bitbucket-server': {
      const rest = { title: 'Bitbucket Server', base, headers: bearer, neededScopes: BITBUCKET_SCOPES };
      return bitbucketServer(makeRest(rest, ports));
    }
    default: {
      const never: never = name;
      return never;
    }
  }
}

/** Where the API of each forge lies, below its host. */
const API_PATHS: Readonly<Record<ForgeName, string>> = {
  github: 'api/v3/',
  gitlab: 'api/v4/',
  gitea: 'api/v1/',
  'bitbucket-server': 'rest/',
};

/**
 * Where the API of a forge is; ends in a slash.
 *
 * Effects: none
 *
 * @throws {FluxError} forge/bad-host
 * @example apiBaseOf('github', { hostname: 'git.example.com' }).href // 'https://git.example.com/api/v3/'
 */
export function apiBaseOf(name: ForgeName, { hostname, baseUrl = '' }: Pick<ForgeOptions, 'hostname' | 'baseUrl'>): URL {
  if (baseUrl !== '') return webBaseOf(baseUrl);
  const host = webBaseOf(hostname);
  if (name === 'github' && host.host === 'github.com') return new URL('https://api.github.com/');
  return new URL(API_PATHS[name], host);
}

/**
 * Where the pages of a forge are; ends in a slash. Tokens go over TLS, except to this machine itself.
 *
 * Effects: none
 *
 * @throws {FluxError} forge/bad-host
 */
export function webBaseOf(hostname: string): URL {
  const text = /^https?:\/\//.test(hostname) ? hostname : `https://${hostname}`;
  const isNamed = hostname !== '' && !/^(?!https?:)[a-z]+:\/\//i.test(hostname);
  const url = isNamed && URL.canParse(text) ? new URL(text.endsWith('/') ? text : `${text}/`) : undefined;
  const isLocal = url !== undefined && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url !== undefined && url.username === '' && url.search === '' && (url.protocol === 'https:' || isLocal)) return url;
  throw new FluxError(
    'forge/bad-host',
    hostname === '' ? 'hostname is required' : `${JSON.stringify(hostname)} is no host of a forge`,
    {
      hint: 'such as --hostname=git.example.com; http is taken for this machine only',
    },
  );
}

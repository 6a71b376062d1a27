import { FluxError } from '../../core/errors.ts';
import { BITBUCKET_SCOPES, bitbucketServer } from './bitbucket-server.ts';
import { gitea, GITEA_SCOPES } from './gitea.ts';
import { github, GITHUB_SCOPES } from './github.ts';
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
      hint: `set ${name.split('-')[0]?.toUpperCase()}_TOKEN`,
    });
  }
  const host = baseOf(options.hostname);
  const bearer = { authorization: `Bearer ${options.token}` };
  switch (name) {
    case 'github': {
      const isPublic = host.host === 'github.com';
      const base = isPublic ? new URL('https://api.github.com/') : new URL('api/v3/', host);
      const headers = {
        ...bearer,
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
        'user-agent': 'flux-ts',
      };
      return github(makeRest({ title: 'GitHub', base, headers, neededScopes: GITHUB_SCOPES }, ports));
    }
    case 'gitlab':
      return gitlab(
        makeRest({ title: 'GitLab', base: new URL('api/v4/', host), headers: bearer, neededScopes: GITLAB_SCOPES }, ports),
      );
    case 'gitea': {
      const headers = { authorization: `token ${options.token}` };
      return gitea(makeRest({ title: 'Gitea', base: new URL('api/v1/', host), headers, neededScopes: GITEA_SCOPES }, ports));
    }
    case 'bitbucket-server': {
      const rest = { title: 'Bitbucket Server', base: new URL('rest/', host), headers: bearer, neededScopes: BITBUCKET_SCOPES };
      return bitbucketServer(makeRest(rest, ports));
    }
    default: {
      const never: never = name;
      return never;
    }
  }
}

/** Tokens go over TLS, except to this machine itself. */
function baseOf(hostname: string): URL {
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

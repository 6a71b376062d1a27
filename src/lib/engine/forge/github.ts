import type { JsonValue } from '../../core/json.ts';
import { readText } from '../../core/read-object.ts';
import { deployKeyCalls } from './deploy-keys.ts';
import { listFullPages } from './list-pages.ts';
import { objectsOf, part } from './read-answer.ts';
import { repositoryOf } from './read-repository.ts';
import type { Rest } from './rest.ts';
import type { Forge, ForgeOptions, ForgeRepository } from './types.ts';

/** Scopes that a token of GitHub needs. */
export const GITHUB_SCOPES = 'the scope repo; a fine-grained one: administration, contents and pull requests, read and write';

/** Permissions that an installation of an app needs. */
export const GITHUB_PERMISSIONS =
  'the permissions administration, contents and pull requests, read and write; the token of a workflow of GitHub Actions never has administration: --app-id gives an app of your own';

/**
 * True where a token is that of an installation of an app, GitHub Actions' own among them.
 *
 * Effects: none
 * Source: https://github.blog/engineering/behind-githubs-new-authentication-token-formats
 */
export function isInstallationToken(token: string): boolean {
  return token.startsWith('ghs_');
}

/**
 * GitHub, and GitHub Enterprise Server.
 *
 * Source: https://docs.github.com/rest: users, repos, deploy-keys, teams, pulls; fluxcd/flux2 cmd/flux/bootstrap_github.go
 */
export function github(rest: Rest, { token, permissions }: Pick<ForgeOptions, 'token' | 'permissions'>): Forge {
  const isInstallation = permissions !== undefined || isInstallationToken(token);
  const may = (name: string): boolean => permissions === undefined || permissions[name] === 'write';
  const readFound = (value: JsonValue): ForgeRepository => {
    const found = repositoryOf(value);
    // What the answer says of rights is about users; those of an installation come with its token.
    return isInstallation ? { ...found, canPush: may('contents'), canAdmin: may('administration') } : found;
  };
  return {
    title: 'GitHub',
    neededScopes: isInstallation ? GITHUB_PERMISSIONS : GITHUB_SCOPES,
    async identify() {
      // An installation is no user: GitHub does not let it ask who it is.
      if (isInstallation) return { login: '', isInstallation, ...(permissions === undefined ? {} : { permissions }) };
      const { value, headers } = await rest.get('user');
      const scopes = headers['x-oauth-scopes'];
      // Fine-grained tokens tell no scopes.
      const told = scopes === undefined || scopes.trim() === '' ? {} : { scopes: scopes.split(',').map((scope) => scope.trim()) };
      return { login: readText(value, 'login'), ...told };
    },
    hasScopes: (scopes) => scopes.includes('repo'),
    async findRepository({ owner, name }) {
      const found = await rest.find(`repos/${part(owner)}/${part(name)}`);
      return found === undefined ? undefined : readFound(found);
    },
    async checkOwner({ owner, personal }) {
      if (!personal) await rest.get(`orgs/${part(owner)}`);
    },
    async createRepository({ owner, name, personal }, { visibility, description }) {
      const path = personal ? 'user/repos' : `orgs/${part(owner)}/repos`;
      const shown = visibility === 'internal' ? { visibility } : { private: visibility !== 'public' };
      return readFound(await rest.send('POST', path, { name, description, ...shown }));
    },
    async updateRepository({ id }, { visibility, description }) {
      await rest.send('PATCH', `repos/${id}`, { description, private: visibility !== 'public' });
    },
    async grantTeam({ id }, { owner }, team, permission) {
      await rest.send('PUT', `orgs/${part(owner)}/teams/${part(team)}/repos/${id}`, { permission });
    },
    ...deployKeyCalls(rest, (path) => listFullPages(rest, path)),
    async findPullRequest({ id }, { from, into }) {
      const head = `${id.split('/')[0]}:${part(from)}`;
      const { value } = await rest.get(`repos/${id}/pulls?state=open&base=${part(into)}&head=${head}`);
      const [first] = objectsOf(value);
      return first === undefined ? undefined : readText(first, 'html_url');
    },
    async openPullRequest({ id }, { from, into, title, body }) {
      return readText(await rest.send('POST', `repos/${id}/pulls`, { head: from, base: into, title, body }), 'html_url');
    },
  };
}

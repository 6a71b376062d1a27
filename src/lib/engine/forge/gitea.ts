import { readText } from '../../core/read-object.ts';
import { bareKey, idOf, objectsOf, part } from './read-answer.ts';
import { repositoryOf } from './read-repository.ts';
import type { Rest } from './rest.ts';
import type { Forge } from './types.ts';

/** Scopes that a token of Gitea needs. */
export const GITEA_SCOPES = 'the scopes write:repository, read:user and, in an organization, write:organization';

/**
 * Gitea, and Forgejo.
 *
 * Source: https://gitea.com/api/swagger; fluxcd/flux2 cmd/flux/bootstrap_gitea.go
 */
export function gitea(rest: Rest): Forge {
  return {
    title: 'Gitea',
    neededScopes: GITEA_SCOPES,
    async identify() {
      return { login: readText((await rest.get('user')).value, 'login') };
    },
    hasScopes: () => true,
    async findRepository({ owner, name }) {
      const found = await rest.find(`repos/${part(owner)}/${part(name)}`);
      return found === undefined ? undefined : repositoryOf(found);
    },
    async checkOwner({ owner, personal }) {
      if (!personal) await rest.get(`orgs/${part(owner)}`);
    },
    async createRepository({ owner, name, personal }, { visibility, defaultBranch, description }) {
      const path = personal ? 'user/repos' : `orgs/${part(owner)}/repos`;
      const settings = { name, description, private: visibility !== 'public', default_branch: defaultBranch };
      return repositoryOf(await rest.send('POST', path, settings));
    },
    async updateRepository({ id }, { visibility, description }) {
      await rest.send('PATCH', `repos/${id}`, { description, private: visibility !== 'public' });
    },
    async grantTeam({ id }, _ref, team) {
      // A team has its permission itself; a repository is only added to it.
      await rest.send('PUT', `repos/${id}/teams/${part(team)}`);
    },
    async listDeployKeys({ id }) {
      const { value } = await rest.get(`repos/${id}/keys?limit=50`);
      return objectsOf(value).map((key) => ({
        id: idOf(key),
        title: readText(key, 'title'),
        key: bareKey(readText(key, 'key')),
        readOnly: key['read_only'] === true,
      }));
    },
    async addDeployKey({ id }, { title, key, readOnly }) {
      await rest.send('POST', `repos/${id}/keys`, { title, key, read_only: readOnly });
    },
    async removeDeployKey({ id }, key) {
      await rest.send('DELETE', `repos/${id}/keys/${part(key)}`);
    },
    async findPullRequest({ id }, { from, into }) {
      const { value } = await rest.get(`repos/${id}/pulls?state=open&limit=50`);
      const found = objectsOf(value).find(
        (pull) => readText(pull, 'head', 'ref') === from && readText(pull, 'base', 'ref') === into,
      );
      return found === undefined ? undefined : readText(found, 'html_url');
    },
    async openPullRequest({ id }, { from, into, title, body }) {
      return readText(await rest.send('POST', `repos/${id}/pulls`, { head: from, base: into, title, body }), 'html_url');
    },
  };
}

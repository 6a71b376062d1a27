import { FluxError } from '../../core/errors.ts';
import type { JsonValue } from '../../core/json.ts';
import { readList, readPath, readText } from '../../core/read-object.ts';
import { listFullPages } from './list-pages.ts';
import { bareKey, idOf, objectsOf, part, sshUrlOf } from './read-answer.ts';
import type { Rest } from './rest.ts';
import type { Forge, ForgeRepository, RepositoryRef } from './types.ts';

/** Scopes that a token of GitLab needs. */
export const GITLAB_SCOPES = 'the scope api, and the role Maintainer';

/** Roles by the words of Flux; docs.gitlab.com/api/access_requests. */
const LEVELS: Readonly<Record<string, number>> = { pull: 10, triage: 20, push: 30, maintain: 40, admin: 50 };

/**
 * GitLab, of gitlab.com and one's own.
 *
 * Source: https://docs.gitlab.com/api: users, personal_access_tokens, projects, groups, deploy_keys, deploy_tokens,
 * merge_requests; fluxcd/flux2 cmd/flux/bootstrap_gitlab.go
 */
export function gitlab(rest: Rest): Forge {
  return {
    title: 'GitLab',
    neededScopes: GITLAB_SCOPES,
    async identify() {
      const { value } = await rest.get('user');
      const self = await rest.find('personal_access_tokens/self').catch((error: unknown) => {
        // A token that is not a personal one does not know itself.
        if (error instanceof FluxError && /^forge\/(bad-token|forbidden|refused)$/.test(error.code)) return undefined;
        throw error;
      });
      const scopes = readList(self, 'scopes').filter((scope) => typeof scope === 'string');
      return { login: readText(value, 'username'), ...(scopes.length === 0 ? {} : { scopes }) };
    },
    hasScopes: (scopes) => scopes.includes('api'),
    async findRepository(ref) {
      const found = await rest.find(`projects/${part(`${ref.owner}/${ref.name}`)}`);
      return found === undefined ? undefined : repositoryOf(found);
    },
    async checkOwner(ref) {
      if (!ref.personal) await rest.get(`groups/${part(groupOf(ref))}`);
    },
    async createRepository(ref, { visibility, defaultBranch, description }) {
      const group = ref.personal ? undefined : (await rest.get(`groups/${part(groupOf(ref))}`)).value;
      const name = ref.name.split('/').at(-1) ?? ref.name;
      const settings = { name, path: name, description, visibility, default_branch: defaultBranch };
      return repositoryOf(
        await rest.send('POST', 'projects', group === undefined ? settings : { ...settings, namespace_id: Number(idOf(group)) }),
      );
    },
    async updateRepository({ id }, { visibility, description }) {
      await rest.send('PUT', `projects/${id}`, { visibility, description });
    },
    async grantTeam({ id }, _ref, team, permission) {
      const { value } = await rest.get(`groups/${part(team)}`);
      await rest.send('POST', `projects/${id}/share`, { group_id: Number(idOf(value)), group_access: LEVELS[permission] ?? 40 });
    },
    async listDeployKeys({ id }) {
      return (await listFullPages(rest, `projects/${id}/deploy_keys`)).map((key) => ({
        id: idOf(key),
        title: readText(key, 'title'),
        key: bareKey(readText(key, 'key')),
        readOnly: key['can_push'] !== true,
      }));
    },
    async addDeployKey({ id }, { title, key, readOnly }) {
      await rest.send('POST', `projects/${id}/deploy_keys`, { title, key, can_push: !readOnly });
    },
    async removeDeployKey({ id }, key) {
      await rest.send('DELETE', `projects/${id}/deploy_keys/${part(key)}`);
    },
    async addDeployToken({ id }, name) {
      const tokens = await listFullPages(rest, `projects/${id}/deploy_tokens?active=true`);
      if (tokens.some((token) => readText(token, 'name') === name)) return undefined;
      const made = await rest.send('POST', `projects/${id}/deploy_tokens`, { name, scopes: ['read_repository'] });
      return { username: readText(made, 'username'), password: readText(made, 'token') };
    },
    async findPullRequest({ id }, { from, into }) {
      const query = `state=opened&source_branch=${part(from)}&target_branch=${part(into)}`;
      const [first] = objectsOf((await rest.get(`projects/${id}/merge_requests?${query}`)).value);
      return first === undefined ? undefined : readText(first, 'web_url');
    },
    async openPullRequest({ id }, { from, into, title, body }) {
      const draft = { source_branch: from, target_branch: into, title, description: body };
      return readText(await rest.send('POST', `projects/${id}/merge_requests`, draft), 'web_url');
    },
  };
}

/** Group and sub-groups of a project. */
function groupOf({ owner, name }: RepositoryRef): string {
  return [owner, ...name.split('/').slice(0, -1)].join('/');
}

function repositoryOf(value: JsonValue): ForgeRepository {
  const levels = ['project_access', 'group_access'].map((kind) => readPath(value, 'permissions', kind, 'access_level'));
  const known = levels.filter((level) => typeof level === 'number');
  const level = known.length === 0 ? undefined : Math.max(...known);
  return {
    id: idOf(value),
    fullName: readText(value, 'path_with_namespace'),
    httpsUrl: readText(value, 'http_url_to_repo'),
    sshUrl: sshUrlOf(readText(value, 'ssh_url_to_repo')),
    canPush: level === undefined || level >= 30,
    canAdmin: level === undefined || level >= 40,
  };
}

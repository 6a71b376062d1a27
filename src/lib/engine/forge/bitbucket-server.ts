import { FluxError } from '../../core/errors.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { readList, readPath, readText } from '../../core/read-object.ts';
import { bareKey, idOf, objectsOf, part, sshUrlOf } from './read-answer.ts';
import type { Rest } from './rest.ts';
import type { Forge, ForgeRepository, RepositoryRef } from './types.ts';

/** Rights that a token of Bitbucket Server needs. */
export const BITBUCKET_SCOPES = 'the permissions project admin and repository admin';

/** Permissions by the words of Flux. */
const PERMISSIONS: Readonly<Record<string, string>> = {
  pull: 'REPO_READ',
  triage: 'REPO_READ',
  push: 'REPO_WRITE',
  maintain: 'REPO_ADMIN',
  admin: 'REPO_ADMIN',
};

/**
 * Bitbucket Server and Data Center.
 *
 * Source: https://developer.atlassian.com/server/bitbucket/rest: project, repository, ssh, permission-management, pull-requests;
 * fluxcd/flux2 cmd/flux/bootstrap_bitbucket_server.go
 */
export function bitbucketServer(rest: Rest): Forge {
  /** A project has a key beside its name; users have one of their own. */
  const keyOf = async ({ owner, personal }: RepositoryRef): Promise<string> => {
    if (personal) return `~${owner}`;
    const { value } = await rest.get(`api/1.0/projects?limit=100&name=${part(owner)}`);
    const found = objectsOf(readPath(value, 'values')).find(
      (project) => readText(project, 'name') === owner || readText(project, 'key').toUpperCase() === owner.toUpperCase(),
    );
    if (found !== undefined) return readText(found, 'key');
    const byKey = await rest.find(`api/1.0/projects/${part(owner)}`);
    if (byKey !== undefined) return readText(byKey, 'key');
    throw new FluxError(
      'forge/not-found',
      `there is no project ${JSON.stringify(owner)} on Bitbucket Server, or the token does not see it`,
      {
        hint: '--owner is the name or the key of a project; for a user add --personal',
      },
    );
  };
  return {
    title: 'Bitbucket Server',
    neededScopes: BITBUCKET_SCOPES,
    async identify() {
      // The one place that tells who a token is: a header of every answer.
      const { headers } = await rest.get('api/1.0/projects?limit=1');
      return { login: decodeURIComponent(headers['x-ausername'] ?? '') };
    },
    hasScopes: () => true,
    async findRepository(ref) {
      const found = await rest.find(`api/1.0/projects/${part(await keyOf(ref))}/repos/${part(ref.name)}`);
      return found === undefined ? undefined : repositoryOf(found);
    },
    async checkOwner(ref) {
      await keyOf(ref);
    },
    async createRepository(ref, { visibility, defaultBranch, description }) {
      const settings = { name: ref.name, description, scmId: 'git', public: visibility === 'public', defaultBranch };
      return repositoryOf(await rest.send('POST', `api/1.0/projects/${part(await keyOf(ref))}/repos`, settings));
    },
    async updateRepository({ id }, { visibility, description }) {
      await rest.send('PUT', `api/1.0/${id}`, { description, public: visibility === 'public' });
    },
    async grantTeam({ id }, _ref, team, permission) {
      const query = `name=${part(team)}&permission=${PERMISSIONS[permission] ?? 'REPO_WRITE'}`;
      await rest.send('PUT', `api/1.0/${id}/permissions/groups?${query}`);
    },
    async listDeployKeys({ id }) {
      const { value } = await rest.get(`keys/1.0/${id}/ssh?limit=100`);
      return objectsOf(readPath(value, 'values')).map((entry) => ({
        id: idOf(readPath(entry, 'key')),
        title: readText(entry, 'key', 'label'),
        key: bareKey(readText(entry, 'key', 'text')),
        readOnly: readText(entry, 'permission') === 'REPO_READ',
      }));
    },
    async addDeployKey({ id }, { title, key, readOnly }) {
      const permission = readOnly ? 'REPO_READ' : 'REPO_WRITE';
      await rest.send('POST', `keys/1.0/${id}/ssh`, { key: { text: key, label: title }, permission });
    },
    async removeDeployKey({ id }, key) {
      await rest.send('DELETE', `keys/1.0/${id}/ssh/${part(key)}`);
    },
    async findPullRequest({ id }, { from, into }) {
      const query = `state=OPEN&direction=OUTGOING&at=${part(`refs/heads/${from}`)}`;
      const { value } = await rest.get(`api/1.0/${id}/pull-requests?${query}`);
      const found = objectsOf(readPath(value, 'values')).find((pull) => readText(pull, 'toRef', 'id') === `refs/heads/${into}`);
      return found === undefined ? undefined : linkOf(found);
    },
    async openPullRequest({ id }, { from, into, title, body }) {
      const [, key = '', , slug = ''] = id.split('/').map(decodeURIComponent);
      const refOf = (branch: string): JsonObject => ({
        id: `refs/heads/${branch}`,
        repository: { slug, project: { key } },
      });
      const draft = { title, description: body, fromRef: refOf(from), toRef: refOf(into) };
      return linkOf(await rest.send('POST', `api/1.0/${id}/pull-requests`, draft));
    },
  };
}

function linkOf(value: JsonValue): string {
  return readText(readList(value, 'links', 'self')[0], 'href');
}

function repositoryOf(value: JsonValue): ForgeRepository {
  const links = objectsOf(readPath(value, 'links', 'clone'));
  const clone = (name: RegExp): string =>
    readText(
      links.find((link) => name.test(readText(link, 'name'))),
      'href',
    );
  const key = readText(value, 'project', 'key');
  const slug = readText(value, 'slug');
  return {
    id: `projects/${part(key)}/repos/${part(slug)}`,
    fullName: `${key}/${slug}`,
    httpsUrl: clone(/^https?$/).replace(/^(https?:\/\/)[^@/]*@/, '$1'),
    sshUrl: sshUrlOf(clone(/^ssh$/)),
    // It tells nothing of what a token may; listing keys does.
    canPush: true,
    canAdmin: true,
  };
}

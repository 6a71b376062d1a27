import { FluxError, isFluxError } from '../../core/errors.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { readPath, readText } from '../../core/read-object.ts';
import { deployKeyCalls } from './deploy-keys.ts';
import { listPages } from './list-pages.ts';
import { part } from './read-answer.ts';
import { repositoryOf } from './read-repository.ts';
import type { MissingScope, Rest } from './rest.ts';
import type { Forge, RepositoryRef } from './types.ts';

/** Scopes that a token of Gitea needs. */
export const GITEA_SCOPES =
  'the scopes write:repository and read:user; to make the repository also write:organization, or write:user with --personal; all for public and private ones';

/** Most entries of a page that a Gitea gives, unless its owner says otherwise. */
const PAGE_SIZE = 50;

/**
 * Reads out of a refusal of Gitea which scope is missing.
 *
 * Effects: none
 * Source: go-gitea/gitea routers/api/v1/api.go tokenRequiresScopes
 */
export function readMissingScope(words: string): MissingScope | undefined {
  const [, required, scopes = ''] =
    /required scope\(s\)[,:]? (?:required=)?\[([^\]]*)\](?:, token scope=(\S*))?/.exec(words) ?? [];
  if (required === undefined) return undefined;
  return { required: required.split(/[\s,]+/), scopes: scopes === '' ? [] : scopes.split(',') };
}

/**
 * Gitea, and Forgejo.
 *
 * Source: https://gitea.com/api/swagger; fluxcd/flux2 cmd/flux/bootstrap_gitea.go
 */
export function gitea(rest: Rest): Forge {
  const loginOf = async (): Promise<string> => readText((await rest.get('user')).value, 'login');
  /** What is asked for has no query yet. A page may be smaller than was asked for, so only an empty one is the last. */
  const listAll = (path: string, query = ''): Promise<JsonObject[]> =>
    listPages(
      rest,
      (page) => `${path}?limit=${PAGE_SIZE}&page=${page}${query}`,
      ({ entries, found, headers }) => entries.length === 0 || found.length >= Number(headers['x-total-count'] ?? Number.NaN),
    );
  const checkWrite = async ({ owner, name }: RepositoryRef): Promise<void> => {
    try {
      await rest.probe(`repos/${part(owner)}/${part(name)}/branches`);
    } catch (error) {
      // Scopes are looked at first: where only the repository is missing, they are enough.
      if (!isFluxError(error, 'forge/not-found')) throw error;
    }
  };
  return {
    title: 'Gitea',
    neededScopes: GITEA_SCOPES,
    async identify() {
      return { login: await loginOf() };
    },
    hasScopes: () => true,
    async findRepository({ owner, name }) {
      const found = await rest.find(`repos/${part(owner)}/${part(name)}`);
      return found === undefined ? undefined : repositoryOf(found);
    },
    async checkOwner(ref, visibility) {
      const { owner, personal } = ref;
      if (visibility !== 'public') await checkSeesPrivate(rest, ref);
      if (personal) {
        await rest.probe('user/repos');
      } else {
        await checkOrganization(rest, owner);
        await rest.probe(`orgs/${part(owner)}/repos`);
        const login = await loginOf();
        const { value } = await rest.get(`users/${part(login)}/orgs/${part(owner)}/permissions`);
        if (readPath(value, 'can_create_repository') === false) {
          throw new FluxError('forge/no-right', `${login} may not make repositories in the organization ${owner} of Gitea`, {
            hint: 'ask an owner of it to make the repository, or to let a team of yours make some',
          });
        }
      }
      await checkWrite(ref);
    },
    checkWrite,
    async createRepository({ owner, name, personal }, { visibility, defaultBranch, description }) {
      const path = personal ? 'user/repos' : `orgs/${part(owner)}/repos`;
      const settings = { name, description, private: visibility !== 'public', default_branch: defaultBranch };
      return repositoryOf(await rest.send('POST', path, settings));
    },
    async updateRepository({ id }, { visibility, description }) {
      await rest.send('PATCH', `repos/${id}`, { description, private: visibility !== 'public' });
    },
    async grantTeam({ id }, _ref, team) {
      // A team has its permission itself; a repository is only added to it, and only once.
      const path = `repos/${id}/teams/${part(team)}`;
      if ((await rest.find(path)) === undefined) await rest.send('PUT', path);
      return permissionOf((await rest.find(path)) ?? null);
    },
    ...deployKeyCalls(rest, (path) => listAll(path)),
    async findPullRequest({ id }, { from, into }) {
      const pulls = await listAll(`repos/${id}/pulls`, `&state=open&base_branch=${part(into)}`);
      const found = pulls.find((pull) => readText(pull, 'head', 'ref') === from && readText(pull, 'base', 'ref') === into);
      return found === undefined ? undefined : readText(found, 'html_url');
    },
    async openPullRequest({ id }, { from, into, title, body }) {
      return readText(await rest.send('POST', `repos/${id}/pulls`, { head: from, base: into, title, body }), 'html_url');
    },
  };
}

/** A team has one permission for all, or one for each unit, and then `none` stands for all. */
function permissionOf(team: JsonValue): string {
  const all = readText(team, 'permission');
  return all === 'none' || all === '' ? readText(team, 'units_map', 'repo.code') || 'none' : all;
}

/** The answer says no more than that it is not there; whether it is a user shows what was meant. */
async function checkOrganization(rest: Rest, owner: string): Promise<void> {
  if ((await rest.find(`orgs/${part(owner)}`)) !== undefined) return;
  const isUser = (await rest.find(`users/${part(owner)}`)) !== undefined;
  throw new FluxError('forge/not-found', `there is no organization ${owner} on Gitea that this token sees`, {
    hint: isUser ? `${owner} is a user: add --personal` : 'check --owner; a user takes --personal',
  });
}

/** A token may be for public things only. Of all that it does not get then, the keys of its user change with nothing else. */
async function checkSeesPrivate(rest: Rest, { owner, name }: RepositoryRef): Promise<void> {
  try {
    await rest.get('user/keys?limit=1');
  } catch (error) {
    if (!isFluxError(error, 'forge/forbidden') || !error.message.includes('public-only')) throw error;
    throw new FluxError(
      'forge/missing-scope',
      `the token is for public repositories only, and ${owner}/${name} is to be private`,
      {
        hint: `make one with ${GITEA_SCOPES}, or a public repository: --private=false`,
        cause: error,
      },
    );
  }
}

import { createVerify, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What GitHub knows of an app, and of the one repository that is asked for. Tests change it as they go. */
export interface GitHubState {
  /** Number of the app that the key is of. */
  appId: string;
  publicKey: KeyObject;
  /** Where the app is installed: an organization, or a user. */
  owner: string;
  installationId: number;
  suspended: boolean;
  permissions: Record<string, string>;
  /** Name of the repository; empty where there is none. */
  repository: string;
  /** Number of the installation that the repository is in; absent where the app is not on it. */
  repositoryInstallation: number | undefined;
  /** True lets everybody read the repository. */
  isPublic: boolean;
  cloneUrl: string;
  sshUrl: string;
  keys: { id: number; title: string; key: string; read_only: boolean }[];
}

/** A GitHub on the loopback interface. */
export interface GitHubServer {
  /** For `--hostname`. */
  readonly url: string;
  readonly state: GitHubState;
  /** `METHOD path`, without the base of the API. */
  readonly asked: string[];
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Starts a stand-in for the REST API of GitHub Enterprise Server. Bodies are cut from the examples of docs.github.com/rest (apps,
 * repos, deploy-keys, pulls); what it refuses, and in which words, is as users report it: octokit/rest.js#218,
 * actions/create-github-app-token#153, #178 and #258, octokit/octokit.rb#1307. It checks the statement of an app as GitHub does.
 *
 * @param token what an installation gets
 */
export async function startGitHubServer(token: string, state: GitHubState): Promise<GitHubServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const path = (request.url ?? '').replace(/^\/api\/v3/, '');
      asked.push(`${request.method} ${path}`);
      const bearer = (request.headers.authorization ?? '').replace(/^Bearer /, '');
      const { status, body: content } = isOfApps(path)
        ? answerApp(`${request.method} ${path}`, bearer, token, state)
        : answerInstallation(`${request.method} ${path}`, body, bearer === token, state);
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
      response.end(content === undefined ? '' : JSON.stringify(content));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const refusal = (status: number, message: string): Answer => ({
  status,
  body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
});
const NOT_FOUND = refusal(404, 'Not Found');

function isOfApps(path: string): boolean {
  return path.startsWith('/app/') || path.endsWith('/installation');
}

/** What only the app itself may ask, with its statement. */
function answerApp(line: string, statement: string, token: string, state: GitHubState): Answer {
  const [head = '', payload = '', signature = ''] = statement.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString() || '{}') as Record<string, unknown>;
  if (claims['iss'] !== state.appId) return refusal(404, 'Integration not found');
  const isSigned = createVerify('sha256').update(`${head}.${payload}`).verify(state.publicKey, signature, 'base64url');
  if (!isSigned) return refusal(401, 'A JSON web token could not be decoded');
  if (Number(claims['exp']) < Date.now() / 1000) {
    const words = 'must be a numeric value representing the future time at which the assertion expires';
    return refusal(401, `'Expiration time' claim ('exp') ${words}`);
  }
  const installation = { id: state.installationId, account: { login: state.owner }, repository_selection: 'selected' };
  switch (line) {
    case `GET /orgs/${state.owner}/installation`:
      return { status: 200, body: installation };
    case `GET /repos/${state.owner}/${state.repository}/installation`: {
      const id = state.repositoryInstallation;
      return id === undefined ? NOT_FOUND : { status: 200, body: { ...installation, id } };
    }
    case `POST /app/installations/${state.installationId}/access_tokens`: {
      if (state.suspended) return refusal(403, 'This installation has been suspended');
      const expires = new Date(Date.now() + 3_600_000).toISOString();
      const body = { token, expires_at: expires, permissions: state.permissions, repository_selection: 'selected' };
      return { status: 201, body };
    }
    default:
      return NOT_FOUND;
  }
}

/** What an installation may ask, with its token. */
function answerInstallation(line: string, body: string, isKnown: boolean, state: GitHubState): Answer {
  if (!isKnown) return refusal(401, 'Bad credentials');
  const at = `/repos/${state.owner}/${state.repository}`;
  const repository = {
    id: 1296269,
    full_name: `${state.owner}/${state.repository}`,
    clone_url: state.cloneUrl,
    ssh_url: state.sshUrl,
    // Rights of users; of installations it says nothing.
    permissions: { admin: false, push: false, pull: false },
  };
  const sees = state.repository !== '' && (state.isPublic || state.repositoryInstallation === state.installationId);
  const administers = state.permissions['administration'] === 'write' && sees;
  switch (line.replace(/(&head=).*/, '$1')) {
    case 'GET /user':
      return refusal(403, 'Resource not accessible by integration');
    case `GET /orgs/${state.owner}`:
      return { status: 200, body: { login: state.owner } };
    case `GET ${at}`:
      return sees ? { status: 200, body: repository } : NOT_FOUND;
    case `POST /orgs/${state.owner}/repos`: {
      const { name } = JSON.parse(body) as { name: string };
      if (state.repository === name) return refusal(422, 'Repository creation failed.: name already exists on this account');
      Object.assign(state, { repository: name, repositoryInstallation: state.installationId });
      return { status: 201, body: { ...repository, full_name: `${state.owner}/${name}` } };
    }
    case `GET ${at}/keys?per_page=100`:
      return administers ? { status: 200, body: state.keys } : refusal(403, 'Resource not accessible by integration');
    case `POST ${at}/keys`: {
      if (!administers) return refusal(403, 'Resource not accessible by integration');
      const key = { ...(JSON.parse(body) as { title: string; key: string; read_only: boolean }), id: state.keys.length + 1 };
      state.keys.push(key);
      return { status: 201, body: key };
    }
    case `GET ${at}/pulls?state=open&base=main&head=`:
      return { status: 200, body: [] };
    case `POST ${at}/pulls`: {
      if (state.permissions['pull_requests'] !== 'write') return refusal(403, 'Resource not accessible by integration');
      return {
        status: 201,
        body: { number: 1347, html_url: `https://github.test/${state.owner}/${state.repository}/pull/1347` },
      };
    }
    default:
      return NOT_FOUND;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of request) pieces.push(piece as Uint8Array);
  return Buffer.concat(pieces).toString();
}

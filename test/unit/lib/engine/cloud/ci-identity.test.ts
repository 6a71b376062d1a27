import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { PackagePort } from '../../../../../src/lib/engine/cloud/types.ts';
import { findCloudSdks } from '../../../../support/cloud-sdks.ts';
import { cloudWith, type Endpoint, openEndpoint } from './cloud-world.ts';

const CODECOMMIT = 'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/x';
const DEVOPS = 'https://dev.azure.com/org/project/_git/fleet';

// A job of CI has a token of OpenID Connect in a file, and variables that the official SDKs read by themselves.
describe('createCloud() in a job of CI that has a token of OpenID Connect', () => {
  const aws = findCloudSdks('@aws-sdk/client-sts');
  const azure = findCloudSdks('@azure/identity');
  const kept = { ...process.env };
  let folder = '';
  let endpoint: Endpoint;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'flux-ts-oidc-'));
    writeFileSync(join(folder, 'token'), 'token-of-the-job');
    endpoint = await openEndpoint();
    endpoint.answers = {
      'POST /': `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>S2</SecretAccessKey><SessionToken>T2</SessionToken><Expiration>2036-08-01T11:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
    };
    for (const name of Object.keys(process.env)) if (/^(?:AWS|AZURE)_/.test(name)) delete process.env[name];
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_STS: endpoint.url,
      AWS_ROLE_ARN: 'arn:aws:iam::1:role/bootstrap',
      AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'token'),
      AZURE_CLIENT_ID: 'client',
      AZURE_FEDERATED_TOKEN_FILE: join(folder, 'token'),
      AZURE_TENANT_ID: 'tenant',
    });
  });

  after(() => {
    endpoint.close();
    for (const name of Object.keys(process.env)) if (/^(?:AWS|AZURE)_/.test(name)) delete process.env[name];
    Object.assign(process.env, kept);
    rmSync(folder, { recursive: true, force: true });
  });

  it('pushes to CodeCommit with the role that it is exchanged for', { skip: aws.skip }, async () => {
    const login = await cloudWith(aws.load).logInToGit('aws', CODECOMMIT, {});
    assert.equal(login.kind === 'basic' && login.username, 'ASIA%T2');
    const sent = new URLSearchParams(endpoint.asked[0]?.split(' ').at(-1));
    assert.deepEqual([sent.get('RoleArn'), sent.get('WebIdentityToken')], ['arn:aws:iam::1:role/bootstrap', 'token-of-the-job']);
  });

  it('pushes to Azure DevOps with the token of Entra ID that it is exchanged for', { skip: azure.skip }, async () => {
    const asked: string[] = [];
    const login = await cloudWith(answering(azure.load, asked)).logInToGit('azure', DEVOPS, {});
    assert.deepEqual(login, { kind: 'bearer', token: 'entra-token' });
    const sent = new URLSearchParams(asked.find((body) => body.includes('client_assertion')));
    assert.deepEqual([sent.get('client_id'), sent.get('client_assertion')], ['client', 'token-of-the-job']);
    assert.match(sent.get('scope') ?? '', /^499b84ac-1321-427f-aa17-267ca6975798\/\.default/);
  });
});

/** The real SDK of Azure, whose requests are kept and answered here rather than sent. */
function answering(load: PackagePort, asked: string[]): PackagePort {
  const at = 'https://login.microsoftonline.com/tenant';
  const answers: Record<string, object> = {
    '/.well-known/openid-configuration': {
      token_endpoint: `${at}/oauth2/v2.0/token`,
      issuer: `${at}/v2.0`,
      authorization_endpoint: `${at}/oauth2/v2.0/authorize`,
      jwks_uri: `${at}/discovery/v2.0/keys`,
    },
    '/token': { access_token: 'entra-token', token_type: 'Bearer', expires_in: 3600 },
  };
  const httpClient = {
    sendRequest(request: { url: string; body?: unknown }) {
      asked.push(String(request.body ?? ''));
      const answer = Object.entries(answers).find(([end]) => new URL(request.url).pathname.endsWith(end))?.[1];
      const headers = {
        get: () => 'application/json',
        has: () => false,
        toJSON: () => ({}),
        [Symbol.iterator]: () => [].values(),
      };
      return Promise.resolve({
        request,
        status: answer === undefined ? 404 : 200,
        headers,
        bodyAsText: JSON.stringify(answer ?? {}),
      });
    },
  };
  return async (name) => {
    const real = (await load(name)) as { DefaultAzureCredential: new (options: object) => object };
    const Base = real.DefaultAzureCredential;
    return {
      ...real,
      DefaultAzureCredential: class extends Base {
        constructor() {
          super({ httpClient, disableInstanceDiscovery: true });
        }
      },
    };
  };
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PackagePort } from '../../../../../src/lib/engine/cloud/types.ts';
import { findCloudSdks } from '../../../../support/cloud-sdks.ts';
import { ACCOUNT, accountsWith, AKS, cloudWith, PEM } from './cloud-world.ts';
import { rejectsWith } from './rejects-with.ts';

describe('createCloud() with the SDKs of Azure', () => {
  const sdk = findCloudSdks('@azure/identity', '@azure/arm-containerservice');
  const annotations = { 'azure.workload.identity/tenant-id': 'tenant', 'azure.workload.identity/client-id': 'client' };

  /** The real SDKs, whose requests are kept and answered here rather than sent. */
  function withAnswers(answers: Record<string, unknown>, asked: string[]): PackagePort {
    const httpClient = {
      sendRequest(request: { url: string; method: string; body?: unknown; headers: { get(name: string): string } }) {
        const { pathname, hostname } = new URL(request.url);
        asked.push(
          `${request.method} ${hostname}${pathname} ${request.headers.get('authorization') ?? ''} ${String(request.body ?? '')}`,
        );
        const answer = Object.entries(answers).find(([end]) => pathname.endsWith(end))?.[1];
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
      const real = (await sdk.load(name)) as Record<string, new (...args: readonly unknown[]) => object>;
      const inject = (member: string): Record<string, unknown> => {
        const Base = real[member];
        if (Base === undefined) return {};
        const Changed = class extends Base {
          constructor(...args: readonly unknown[]) {
            const options = args.at(-1) as object;
            super(...args.slice(0, -1), { ...options, httpClient, disableInstanceDiscovery: true });
          }
        };
        return { [member]: Changed };
      };
      return { ...real, ...inject('ClientAssertionCredential'), ...inject('ContainerServiceClient') };
    };
  }

  const authority = {
    token_endpoint: 'https://login.microsoftonline.com/tenant/oauth2/v2.0/token',
    issuer: 'https://login.microsoftonline.com/tenant/v2.0',
    authorization_endpoint: 'https://login.microsoftonline.com/tenant/oauth2/v2.0/authorize',
    jwks_uri: 'https://login.microsoftonline.com/tenant/discovery/v2.0/keys',
  };
  const answers = {
    '/.well-known/openid-configuration': authority,
    '/token': { access_token: 'entra-token', token_type: 'Bearer', expires_in: 3600 },
    '/managedClusters/prod': { location: 'x', properties: { aadProfile: { managed: true } } },
    '/listClusterUserCredential': {
      kubeconfigs: [
        {
          name: 'clusterUser',
          value: btoa(
            `{apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: k}}], clusters: [{name: k, cluster: {server: 'https://prod.azmk8s.io:443', certificate-authority-data: ${btoa(PEM)}}}]}`,
          ),
        },
      ],
    },
  };

  it('exchanges the token of an account, and looks the cluster up', { skip: sdk.skip }, async () => {
    const asked: string[] = [];
    const audiences: string[] = [];
    const cloud = cloudWith(withAnswers(answers, asked), accountsWith(annotations, audiences));
    const login = await cloud.logInToCluster('azure', { ...AKS, account: ACCOUNT });
    assert.equal(login.server, 'https://prod.azmk8s.io:443');
    assert.equal(login.authority, PEM);
    assert.equal((await login.issueToken()).token, 'entra-token');
    assert.deepEqual([...new Set(audiences)], ['remote: api://AzureADTokenExchange']);
    const posts = asked.filter((line) => line.includes('/token')).map((line) => new URLSearchParams(line.split(' ').at(-1)));
    assert.deepEqual(
      posts.map((post) => post.get('scope')?.split(' ')[0]),
      ['https://management.azure.com/.default', '6dae42f8-4368-4678-94ff-3960e28e3630/.default'],
    );
    assert.equal(posts[0]?.get('client_assertion'), 'account-token');
    assert.ok(
      asked.some((line) => line.startsWith('GET management.azure.com/subscriptions/') && line.includes('Bearer entra-token')),
    );
  });

  it('gives Azure DevOps a bearer token of its own scope', { skip: sdk.skip }, async () => {
    const asked: string[] = [];
    const cloud = cloudWith(withAnswers(answers, asked), accountsWith(annotations));
    const login = await cloud.logInToGit('azure', 'https://dev.azure.com/org/project/_git/fleet', { account: ACCOUNT });
    assert.deepEqual(login, { kind: 'bearer', token: 'entra-token' });
    assert.ok(asked.some((line) => line.includes('scope=499b84ac-1321-427f-aa17-267ca6975798%2F.default')));
  });

  it('cloud/refused: a cluster without Microsoft Entra ID', { skip: sdk.skip }, async () => {
    const plain = { ...answers, '/managedClusters/prod': { location: 'x', properties: {} } };
    const cloud = cloudWith(withAnswers(plain, []), accountsWith(annotations));
    const asked = cloud.logInToCluster('azure', { ...AKS, account: ACCOUNT });
    await rejectsWith(asked, 'cloud/refused', /does not have Microsoft Entra ID integration enabled$/);
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { PackagePort } from '../../../../../src/lib/engine/cloud/types.ts';
import { findCloudSdks } from '../../../../support/cloud-sdks.ts';
import { ACCOUNT, accountsWith, cloudWith, type Endpoint, GKE, openEndpoint, PEM } from './cloud-world.ts';

describe('createCloud() with the SDK of Google', () => {
  const sdk = findCloudSdks('google-auth-library');
  const pool = 'projects/1/locations/global/workloadIdentityPools/pool/providers/cluster';
  const annotations = {
    'gcp.auth.fluxcd.io/workload-identity-provider': pool,
    'iam.gke.io/gcp-service-account': 'flux@project.iam.gserviceaccount.com',
  };
  let endpoint: Endpoint;
  before(async () => {
    endpoint = await openEndpoint();
    endpoint.answers = {
      'POST /v1/token': JSON.stringify({
        access_token: 'pool-token',
        expires_in: 3600,
        token_type: 'Bearer',
        issued_token_type: 'x',
      }),
      'POST /v1/projects/-/serviceAccounts/flux@project.iam.gserviceaccount.com:generateAccessToken': JSON.stringify({
        accessToken: 'google-token',
        expireTime: '2036-08-01T11:00:00Z',
      }),
      'GET /v1/projects/p/locations/l/clusters/prod': JSON.stringify({
        endpoint: '10.0.0.1',
        masterAuth: { clusterCaCertificate: btoa(PEM) },
        controlPlaneEndpointsConfig: { dnsEndpointConfig: { endpoint: 'gke-1.l.gke.goog' } },
      }),
    };
  });
  after(() => endpoint.close());

  /** The real SDK, whose requests go to the endpoint here. */
  const load: PackagePort = async (name) => {
    const here = (url: string): string => `${endpoint.url}${new URL(url).pathname}`;
    const { IdentityPoolClient } = (await sdk.load(name)) as {
      IdentityPoolClient: new (options: Record<string, unknown>) => { request(options: { url: string }): Promise<unknown> };
    };
    return {
      IdentityPoolClient: class extends IdentityPoolClient {
        constructor(options: Record<string, unknown>) {
          const impersonate = options['service_account_impersonation_url'];
          const there = typeof impersonate === 'string' ? { service_account_impersonation_url: here(impersonate) } : {};
          super({ ...options, token_url: here(String(options['token_url'])), ...there });
        }
        override request(options: { url: string }): Promise<unknown> {
          return super.request({ ...options, url: here(options.url) });
        }
      },
    };
  };

  it('exchanges the token of an account, and looks the cluster up', { skip: sdk.skip }, async () => {
    const audiences: string[] = [];
    const cloud = cloudWith(load, accountsWith(annotations, audiences));
    const login = await cloud.logInToCluster('gcp', { ...GKE, account: ACCOUNT });
    assert.equal(login.server, 'https://10.0.0.1:443');
    assert.equal(login.authority, PEM);
    assert.deepEqual(await login.issueToken(), { token: 'google-token', expiresAtMs: Date.parse('2036-08-01T11:00:00Z') });
    assert.deepEqual([...new Set(audiences)], [`remote: //iam.googleapis.com/${pool}`]);
    const [exchange = ''] = endpoint.asked;
    const sent = new URLSearchParams(exchange.split(' ').at(-1));
    assert.equal(sent.get('subject_token'), 'account-token');
    assert.equal(sent.get('audience'), `//iam.googleapis.com/${pool}`);
  });
});

import { FluxError } from '../../core/errors.ts';
import type { JsonValue } from '../../core/json.ts';
import { readText } from '../../core/read-object.ts';
import { askCloud } from './ask-cloud.ts';
import type { Provider } from './create-cloud.ts';
import { CLOUD_PACKAGES, loadPackage } from './load-package.ts';
import { parseGkeCluster } from './parse-cluster.ts';
import { badAccount, type CloudAccount, readAccount } from './read-account.ts';
import type { CloudPorts, DescribedCluster, Login } from './types.ts';

/** A client of `google-auth-library`. */
export interface GoogleClient {
  readonly credentials: { readonly expiry_date?: number | null };
  getAccessToken(): Promise<{ readonly token?: string | null }>;
  request(options: object): Promise<{ readonly data: JsonValue }>;
}

/** What is used of `google-auth-library`. */
interface GoogleAuthLibrary {
  readonly GoogleAuth: new (options: object) => { getClient(): Promise<GoogleClient> };
  readonly IdentityPoolClient: new (options: object) => GoogleClient;
}

const SCOPES = ['https://www.googleapis.com/auth/cloud-platform', 'https://www.googleapis.com/auth/userinfo.email'];
const EMAIL_ANNOTATION = 'iam.gke.io/gcp-service-account';
const EMAIL = /^[a-zA-Z0-9-]{1,100}@[a-zA-Z0-9-]{1,100}\.iam\.gserviceaccount\.com$/;
const POOL_ANNOTATION = 'gcp.auth.fluxcd.io/workload-identity-provider';
const POOL = /^projects\/\d{1,30}\/locations\/global\/workloadIdentityPools\/[^/]{1,100}\/providers\/[^/]{1,100}$/;
const HINT = 'see whether `gcloud auth application-default print-access-token` works here, and what the identity may do';

/**
 * Makes a client for Google Cloud: for whoever this machine is, or for what an account names.
 *
 * Effects: loads the SDK; reads what the SDK reads, or reads the account. The client then asks Google
 * Source: fluxcd/pkg auth/gcp/provider.go
 * Differs: an account needs the annotation with its provider; what stands in for it in a Pod of GKE is known only there
 *
 * @throws {FluxError} cloud/package-missing, cloud/refused, cloud/gate-disabled, cloud/bad-account
 */
export async function gcpClient(login: Login, ports: CloudPorts): Promise<GoogleClient> {
  const load = (): Promise<GoogleAuthLibrary> =>
    loadPackage<GoogleAuthLibrary>(CLOUD_PACKAGES.googleAuth, 'to log in to Google Cloud', ports.loadPackage);
  if (login.account === undefined) {
    const { GoogleAuth } = await load();
    return await askCloud(() => new GoogleAuth({ scopes: SCOPES }).getClient(), {
      failure: 'this machine has no credentials for Google Cloud',
      hint: HINT,
      ...(ports.signal === undefined ? {} : { signal: ports.signal }),
    });
  }
  const account = await readAccount(login.account, ports);
  const audience = `//iam.googleapis.com/${poolOf(account)}`;
  const email = emailOf(account);
  const { IdentityPoolClient } = await load();
  return new IdentityPoolClient({
    type: 'external_account',
    audience,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: 'https://sts.googleapis.com/v1/token',
    subject_token_supplier: { getSubjectToken: () => account.issueToken(login.audiences ?? [audience]) },
    scopes: SCOPES,
    ...(email === ''
      ? {}
      : {
          service_account_impersonation_url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${email}:generateAccessToken`,
        }),
  });
}

function poolOf({ ref, annotations }: CloudAccount): string {
  const pool = annotations.get(POOL_ANNOTATION) ?? '';
  if (POOL.test(pool)) return pool;
  const form = 'projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/NAME';
  throw badAccount(
    ref,
    pool === ''
      ? `the annotation ${POOL_ANNOTATION} is missing, and the pool of a GKE cluster is known only within it. must be like ${form}`
      : `invalid ${POOL_ANNOTATION} annotation: '${pool}'. must be like ${form}`,
  );
}

function emailOf({ ref, annotations }: CloudAccount): string {
  const email = annotations.get(EMAIL_ANNOTATION) ?? '';
  if (email === '' || EMAIL.test(email)) return email;
  throw badAccount(ref, `invalid ${EMAIL_ANNOTATION} annotation: '${email}'. must be like NAME@PROJECT.iam.gserviceaccount.com`);
}

/**
 * Logs in to GKE.
 *
 * Effects: none by itself
 */
export function gcpProvider(ports: CloudPorts): Provider {
  const signal = ports.signal === undefined ? {} : { signal: ports.signal };
  return {
    async describe(cluster, login): Promise<DescribedCluster> {
      const path = parseGkeCluster(cluster);
      const client = await gcpClient(login, ports);
      return await askCloud(
        async () => {
          const { data } = await client.request({ url: `https://container.googleapis.com/v1/${path}` });
          return {
            endpoints: ENDPOINTS.map((place) => readText(data, ...place)),
            authority: Buffer.from(readText(data, 'masterAuth', 'clusterCaCertificate'), 'base64').toString('utf8'),
          };
        },
        { failure: `failed to describe GKE cluster '${cluster}'`, hint: HINT, ...signal },
      );
    },
    async issueToken(_cluster, login) {
      const client = await gcpClient(login, ports);
      return await askCloud(
        async () => {
          const { token } = await client.getAccessToken();
          if (typeof token !== 'string' || token === '') throw new Error('no token was given');
          const { expiry_date: expiresAtMs } = client.credentials;
          return { token, ...(typeof expiresAtMs === 'number' ? { expiresAtMs } : {}) };
        },
        { failure: 'failed to get a token of Google Cloud', hint: HINT, ...signal },
      );
    },
    logInToGit() {
      throw new FluxError('cloud/bad-git-url', "provider 'gcp' does not support Git credentials");
    },
  };
}

/** Where the answer has an address; the first is the usual one. */
const ENDPOINTS: readonly (readonly string[])[] = [
  ['endpoint'],
  ['privateClusterConfig', 'privateEndpoint'],
  ['privateClusterConfig', 'publicEndpoint'],
  ['controlPlaneEndpointsConfig', 'ipEndpointsConfig', 'privateEndpoint'],
  ['controlPlaneEndpointsConfig', 'ipEndpointsConfig', 'publicEndpoint'],
  ['controlPlaneEndpointsConfig', 'dnsEndpointConfig', 'endpoint'],
];

import { Buffer } from 'node:buffer';

import { FluxError } from '../../core/errors.ts';
import { askCloud } from './ask-cloud.ts';
import { awsCredentials } from './aws.ts';
import { azureCredential } from './azure.ts';
import { clouds } from './azure-clouds.ts';
import { gcpClient } from './gcp.ts';
import { CLOUD_PACKAGES, loadPackage } from './load-package.ts';
import type { CloudName, CloudPorts, Login, RegistryCredentials } from './types.ts';

/** What is used of `@aws-sdk/client-ecr`. */
interface Ecr {
  readonly ECRClient: new (
    options: object,
  ) => {
    send(command: object): Promise<{ readonly authorizationData?: readonly { readonly authorizationToken?: string }[] }>;
  };
  readonly GetAuthorizationTokenCommand: new (input: object) => object;
}

const ECR_HOST =
  /^\d{12}\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)$/;
const ACR_HOST = /^[a-z0-9-]+\.azurecr\.(?:io|cn|de|us)$/;
const GAR_HOST = /^(?:[a-z0-9-]+\.)?gcr\.io$|^[a-z0-9-]+-docker\.pkg\.dev$/;
/** The name by which ACR knows that a token follows. */
const ACR_USER = '00000000-0000-0000-0000-000000000000';

/**
 * Logs in to the cloud's own registry. The token goes nowhere else: a host that is none of that cloud's is refused.
 *
 * Effects: loads the SDK; asks the cloud
 * Source: fluxcd/pkg auth/aws, azure, gcp: ParseArtifactRepository, NewArtifactRegistryCredentials
 *
 * @throws {FluxError} cloud/bad-registry, cloud/package-missing, cloud/refused; those of accounts
 */
export async function logInToRegistry(
  cloud: CloudName,
  host: string,
  login: Login,
  ports: CloudPorts,
): Promise<RegistryCredentials> {
  switch (cloud) {
    case 'aws':
      return await logInToEcr(host, login, ports);
    case 'azure':
      return await logInToAcr(host, login, ports);
    case 'gcp':
      return await logInToGar(host, login, ports);
  }
}

async function logInToEcr(host: string, login: Login, ports: CloudPorts): Promise<RegistryCredentials> {
  const region = ECR_HOST.exec(host)?.[1];
  if (region === undefined) throw badRegistry(host, 'aws', 'ACCOUNT.dkr.ecr.REGION.amazonaws.com');
  const credentials = await awsCredentials(region, login, ports);
  const { ECRClient, GetAuthorizationTokenCommand } = await loadPackage<Ecr>(
    CLOUD_PACKAGES.awsEcr,
    'to log in to a registry of ECR',
    ports.loadPackage,
  );
  return await ask(host, 'aws ecr get-login-password', ports, async () => {
    const answer = await new ECRClient({ region, credentials }).send(new GetAuthorizationTokenCommand({}));
    const pair = Buffer.from(answer.authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString('utf8');
    const colon = pair.indexOf(':');
    if (colon < 0) throw new Error('no token was given');
    return { username: pair.slice(0, colon), password: pair.slice(colon + 1) };
  });
}

async function logInToAcr(host: string, login: Login, ports: CloudPorts): Promise<RegistryCredentials> {
  if (!ACR_HOST.test(host)) throw badRegistry(host, 'azure', 'NAME.azurecr.io');
  const credential = await azureCredential(login, ports);
  return await ask(host, 'az acr login', ports, async () => {
    const token = (await credential.getToken(clouds(ports.env).scope))?.token ?? '';
    const body = new URLSearchParams({ grant_type: 'access_token', service: host, access_token: token });
    const answer = await fetch(`https://${host}/oauth2/exchange`, { method: 'POST', body, redirect: 'error' });
    if (!answer.ok) throw new Error(`the registry answered ${answer.status}`);
    const { refresh_token: password = '' } = (await answer.json()) as { refresh_token?: string };
    if (password === '') throw new Error('no token was given');
    return { username: ACR_USER, password };
  });
}

async function logInToGar(host: string, login: Login, ports: CloudPorts): Promise<RegistryCredentials> {
  if (!GAR_HOST.test(host)) throw badRegistry(host, 'gcp', 'REGION-docker.pkg.dev');
  const client = await gcpClient(login, ports);
  return await ask(host, 'gcloud auth print-access-token', ports, async () => {
    const { token } = await client.getAccessToken();
    if (typeof token !== 'string' || token === '') throw new Error('no token was given');
    return { username: 'oauth2accesstoken', password: token };
  });
}

async function ask<T>(host: string, command: string, { signal }: CloudPorts, work: () => Promise<T>): Promise<T> {
  return await askCloud(work, {
    failure: `failed to log in to ${host}`,
    hint: `see whether \`${command}\` works here, and what the identity may do`,
    ...(signal === undefined ? {} : { signal }),
  });
}

function badRegistry(host: string, cloud: CloudName, form: string): FluxError {
  return new FluxError('cloud/bad-registry', `${host} is no registry of provider ${cloud}: its hosts are like ${form}`, {
    hint: 'use --provider=generic with `docker login` or --creds',
  });
}

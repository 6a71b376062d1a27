import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PackagePort } from '../../../../../src/lib/engine/cloud/types.ts';
import { ACCOUNT, accountsWith, cloudWith } from './cloud-world.ts';

const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const ACR = 'fleet.azurecr.io';
const GAR = 'europe-west1-docker.pkg.dev';
const nothing: PackagePort = (name) => Promise.reject(new Error(`no ${name}`));

test('logInToRegistry() refuses hosts that are not of that cloud, before anybody is asked', async () => {
  const cloud = cloudWith(nothing);
  const foreign = [
    ['aws', GAR],
    ['aws', 'evil.com'],
    ['aws', `${ECR}.evil.com`],
    ['aws', '1.dkr.ecr.eu-west-1.amazonaws.com'],
    ['azure', 'azurecr.io.evil.com'],
    ['azure', 'evil.com/fleet.azurecr.io'],
    ['gcp', 'gcr.io.evil.com'],
    ['gcp', 'docker.pkg.dev'],
  ] as const;
  for (const [name, host] of foreign) {
    await assert.rejects(cloud.logInToRegistry(name, host, {}), { code: 'cloud/bad-registry' }, host);
  }
});

test('logInToRegistry() names the package that is missing', async () => {
  const cloud = cloudWith(nothing);
  for (const [name, host] of [
    ['aws', ECR],
    ['azure', ACR],
    ['gcp', GAR],
  ] as const) {
    await assert.rejects(cloud.logInToRegistry(name, host, {}), { code: 'cloud/package-missing', hint: /^npm install / });
  }
});

test('logInToRegistry() reads the pair that ECR gives', async () => {
  // The two SDKs are told apart by their names; what they are called with is what counts here.
  const regions: unknown[] = [];
  const load: PackagePort = (name) =>
    Promise.resolve(
      name === '@aws-sdk/client-ecr'
        ? {
            ECRClient: class {
              constructor(options: { region: string }) {
                regions.push(options.region);
              }
              send() {
                return Promise.resolve({ authorizationData: [{ authorizationToken: btoa('AWS:pass:word') }] });
              }
            },
            GetAuthorizationTokenCommand: class {
              readonly name = 'GetAuthorizationToken';
            },
          }
        : {
            STSClient: class {
              config = { credentials: () => Promise.resolve({ accessKeyId: 'a', secretAccessKey: 's' }) };
            },
          },
    );
  assert.deepEqual(await cloudWith(load).logInToRegistry('aws', ECR, {}), { username: 'AWS', password: 'pass:word' });
  assert.deepEqual(regions, ['eu-west-1']);
});

test('logInToRegistry() hands the token of Google on under the name that its registry knows', async () => {
  const load: PackagePort = () =>
    Promise.resolve({
      GoogleAuth: class {
        getClient() {
          return Promise.resolve({ credentials: {}, getAccessToken: () => Promise.resolve({ token: 'google' }) });
        }
      },
    });
  assert.deepEqual(await cloudWith(load).logInToRegistry('gcp', GAR, {}), { username: 'oauth2accesstoken', password: 'google' });
});

test('logInToRegistry() acts for no account without the gate', async () => {
  await assert.rejects(cloudWith(nothing).logInToRegistry('gcp', GAR, { account: ACCOUNT }), { code: 'cloud/gate-disabled' });
  const cloud = cloudWith(nothing, accountsWith({}));
  await assert.rejects(cloud.logInToRegistry('aws', ECR, { account: ACCOUNT }), { code: 'cloud/bad-account' });
});

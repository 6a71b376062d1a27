import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { signEksToken } from '../../../../../src/lib/engine/cloud/sign-eks-token.ts';
import { findCloudSdks } from '../../../../support/cloud-sdks.ts';
import { ACCOUNT, accountsWith, cloudWith, EKS, type Endpoint, NOW, openEndpoint, PEM } from './cloud-world.ts';
import { rejectsWith } from './rejects-with.ts';

describe('createCloud() with the SDK of AWS', () => {
  const sdk = findCloudSdks('@aws-sdk/client-sts', '@aws-sdk/client-eks');
  const keys = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'SECRET' };
  const kept = { ...process.env };
  let endpoint: Endpoint;
  before(async () => {
    endpoint = await openEndpoint();
    Object.assign(process.env, keys, { AWS_ENDPOINT_URL_STS: endpoint.url, AWS_ENDPOINT_URL_EKS: endpoint.url });
    const cluster = { endpoint: 'https://abc.eks.amazonaws.com', certificateAuthority: { data: btoa(PEM) } };
    endpoint.answers = {
      'GET /clusters/prod': JSON.stringify({ cluster }),
      'POST /': `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>S2</SecretAccessKey><SessionToken>T2</SessionToken><Expiration>2036-08-01T11:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
    };
  });
  after(() => {
    endpoint.close();
    for (const name of [...Object.keys(keys), 'AWS_ENDPOINT_URL_STS', 'AWS_ENDPOINT_URL_EKS']) {
      if (kept[name] === undefined) delete process.env[name];
      else process.env[name] = kept[name];
    }
  });
  const id = { partition: 'aws', region: 'eu-west-1', name: 'prod' };

  it('looks the cluster up and signs as this machine', { skip: sdk.skip }, async () => {
    const login = await cloudWith(sdk.load).logInToCluster('aws', EKS);
    assert.equal(login.server, 'https://abc.eks.amazonaws.com:443');
    assert.equal(login.authority, PEM);
    const wanted = signEksToken(id, { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'SECRET' }, NOW);
    assert.deepEqual(await login.issueToken(), wanted);
  });

  it('cloud/foreign-address: the identity of this machine goes to no other address', { skip: sdk.skip }, async () => {
    const cloud = cloudWith(sdk.load);
    const foreign = { ...EKS, address: 'https://evil.test', authority: PEM };
    await rejectsWith(
      cloud.logInToCluster('aws', foreign),
      'cloud/foreign-address',
      /^the address 'https:\/\/evil\.test' is none of the cluster arn:.* \['https:\/\/abc\.eks\.amazonaws\.com:443'\]$/,
    );
    const known = await cloud.logInToCluster('aws', { ...foreign, address: 'ABC.eks.amazonaws.com' });
    assert.equal(known.server, 'https://abc.eks.amazonaws.com:443');
  });

  it('takes on the role of an account with its token, and goes where the ConfigMap says', { skip: sdk.skip }, async () => {
    const audiences: string[] = [];
    const role = 'arn:aws:iam::1:role/tenant';
    const cloud = cloudWith(sdk.load, accountsWith({ 'eks.amazonaws.com/role-arn': role }, audiences));
    const request = { ...EKS, address: 'https://private.test:6443', authority: PEM, account: ACCOUNT };
    const login = await cloud.logInToCluster('aws', request);
    assert.equal(login.server, 'https://private.test:6443');
    endpoint.asked.length = 0;
    const wanted = signEksToken(id, { accessKeyId: 'ASIA', secretAccessKey: 'S2', sessionToken: 'T2' }, NOW);
    assert.deepEqual(await login.issueToken(), wanted);
    assert.deepEqual(audiences, ['remote: sts.amazonaws.com']);
    const [asked = ''] = endpoint.asked;
    const sent = new URLSearchParams(asked.split(' ').at(-1));
    assert.deepEqual(
      ['Action', 'RoleArn', 'RoleSessionName', 'WebIdentityToken'].map((name) => sent.get(name)),
      ['AssumeRoleWithWebIdentity', role, 'remote.apps.eu-west-1.fluxcd.io', 'account-token'],
    );
    const plain = { ...request, address: 'http://private.test' };
    await rejectsWith(cloud.logInToCluster('aws', plain), 'cloud/bad-address', /must use https scheme$/);
  });

  it('signs for CodeCommit', { skip: sdk.skip }, async () => {
    const login = await cloudWith(sdk.load).logInToGit('aws', 'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/x', {});
    assert.equal(login.kind === 'basic' && login.username, 'AKIDEXAMPLE');
    assert.match(login.kind === 'basic' ? login.password : '', /^20260801T105909Z[0-9a-f]{64}$/);
  });

  it('cloud/refused: says what the cloud said, and how to look', { skip: sdk.skip }, async () => {
    const cloud = cloudWith(sdk.load);
    const other = { ...EKS, cluster: 'arn:aws:eks:eu-west-1:1:cluster/gone' };
    const wanted = /^failed to describe EKS cluster 'arn:aws:eks:eu-west-1:1:cluster\/gone': /;
    await rejectsWith(cloud.logInToCluster('aws', other), 'cloud/refused', wanted, /aws sts get-caller-identity/);
  });
});

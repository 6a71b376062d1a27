import { describe, it } from 'node:test';
import type { ClusterRequest, AccountPort } from '../../../../../src/lib/engine/cloud/types.ts';
import { ACCOUNT, accountsWith, AKS, cloudWith, EKS, GKE } from './cloud-world.ts';
import { rejectsWith } from './rejects-with.ts';

describe('createCloud() without an SDK', () => {
  const missing = () => Promise.reject(new Error('not found'));
  it('cloud/package-missing: names the package and what it is needed for', async () => {
    const cloud = cloudWith(missing);
    const wanted = /^the package @aws-sdk\/client-sts is needed to log in to AWS, and it cannot be loaded$/;
    await rejectsWith(cloud.logInToCluster('aws', EKS), 'cloud/package-missing', wanted, /^npm install @aws-sdk\/client-sts$/);
    await rejectsWith(cloud.logInToCluster('azure', AKS), 'cloud/package-missing', /^the package @azure\/identity/);
    await rejectsWith(cloud.logInToCluster('gcp', GKE), 'cloud/package-missing', /^the package google-auth-library/);
  });

  it('cloud/gate-disabled: acts for no account unless somebody said so', async () => {
    const cloud = cloudWith(missing);
    const request = { ...EKS, account: ACCOUNT };
    const wanted = /^ObjectLevelWorkloadIdentity feature gate is not enabled$/;
    await rejectsWith(cloud.logInToCluster('aws', request), 'cloud/gate-disabled', wanted, /--feature-gates=/);
    await rejectsWith(cloud.logInToGit('azure', 'https://x.test', request), 'cloud/gate-disabled', wanted);
  });

  it('cloud/bad-account: says what the account lacks, before anything is loaded', async () => {
    const refused = (accounts: AccountPort, cloud: 'aws' | 'azure' | 'gcp', request: ClusterRequest, wanted: RegExp) =>
      rejectsWith(cloudWith(missing, accounts).logInToCluster(cloud, request), 'cloud/bad-account', wanted);
    const none = accountsWith({});
    await refused(none, 'aws', { ...EKS, account: { ...ACCOUNT, name: 'gone' } }, /failed to get service account 'apps\/gone'/);
    await refused(none, 'aws', { ...EKS, account: ACCOUNT }, /^invalid eks\.amazonaws\.com\/role-arn annotation: ''/);
    await refused(none, 'azure', { ...AKS, account: ACCOUNT }, /^azure tenant ID is not set in the service account annotation/);
    await refused(none, 'gcp', { ...GKE, account: ACCOUNT }, /^the annotation gcp\.auth\.fluxcd\.io\/workload-identity-provider/);
    const wrong = accountsWith({ 'gcp.auth.fluxcd.io/workload-identity-provider': 'projects/x' });
    await refused(wrong, 'gcp', { ...GKE, account: ACCOUNT }, /^invalid gcp\.auth\.fluxcd\.io\/workload-identity-provider/);
  });

  it('cloud/bad-cluster, cloud/bad-git-url: sends no credentials to what is none of the cloud', async () => {
    const cloud = cloudWith(missing);
    for (const name of ['aws', 'azure', 'gcp'] as const) {
      const odd = { ...EKS, cluster: 'projects/p/locations/../clusters/x' };
      await rejectsWith(cloud.logInToCluster(name, odd), 'cloud/bad-cluster', /^invalid (?:EKS|AKS|GKE) cluster/);
    }
    for (const url of ['https://dev.azure.com.evil.test/o/p/_git/r', 'http://dev.azure.com/o/p/_git/r', 'https://evil.test']) {
      await rejectsWith(cloud.logInToGit('azure', url, {}), 'cloud/bad-git-url', /^invalid Azure DevOps Git URL/);
      await rejectsWith(cloud.logInToGit('aws', url, {}), 'cloud/bad-git-url', /^invalid AWS CodeCommit Git URL/);
    }
    await rejectsWith(cloud.logInToGit('gcp', 'https://evil.test', {}), 'cloud/bad-git-url', /does not support Git credentials/);
  });
});

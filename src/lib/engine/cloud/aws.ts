import { askCloud } from './ask-cloud.ts';
import { codeCommitRegion } from './aws-endpoints.ts';
import { checkGitUrl } from './check-git-url.ts';
import type { Provider } from './create-cloud.ts';
import { CLOUD_PACKAGES, loadPackage } from './load-package.ts';
import { parseEksCluster } from './parse-cluster.ts';
import { badAccount, readAccount } from './read-account.ts';
import { signCodeCommit } from './sign-codecommit.ts';
import { signEksToken } from './sign-eks-token.ts';
import type { AwsCredentials, CloudPorts, DescribedCluster, GitCredentials, Login } from './types.ts';

/** What is used of `@aws-sdk/client-sts`. */
interface Sts {
  readonly STSClient: new (
    config: object,
  ) => {
    readonly config: { credentials(): Promise<AwsCredentials> };
    send(command: object, options?: object): Promise<{ readonly Credentials?: StsCredentials }>;
  };
  readonly AssumeRoleWithWebIdentityCommand: new (input: object) => object;
}

interface StsCredentials {
  readonly AccessKeyId?: string;
  readonly SecretAccessKey?: string;
  readonly SessionToken?: string;
}

/** What is used of `@aws-sdk/client-eks`. */
interface Eks {
  readonly EKSClient: new (config: object) => { send(command: object): Promise<{ readonly cluster?: EksCluster }> };
  readonly DescribeClusterCommand: new (input: object) => object;
}

interface EksCluster {
  readonly endpoint?: string;
  readonly certificateAuthority?: { readonly data?: string };
}

const ROLE_ANNOTATION = 'eks.amazonaws.com/role-arn';
const ROLE = /^arn:aws[\w-]*:iam::[0-9]{1,30}:role\/.{1,200}$/;
const AUDIENCES = ['sts.amazonaws.com'];
const HINT = 'see whether `aws sts get-caller-identity` works here, and what the identity may do';

/**
 * Gets credentials for AWS: those of this machine, or those of the role that an account names.
 *
 * Effects: loads the SDK; reads what the SDK reads, or reads the account and asks STS
 * Source: fluxcd/pkg auth/aws/provider.go
 *
 * @throws {FluxError} cloud/package-missing, cloud/refused, cloud/gate-disabled, cloud/bad-account
 */
export async function awsCredentials(region: string, login: Login, ports: CloudPorts): Promise<AwsCredentials> {
  const load = (): Promise<Sts> => loadPackage<Sts>(CLOUD_PACKAGES.awsSts, 'to log in to AWS', ports.loadPackage);
  const signal = ports.signal === undefined ? {} : { signal: ports.signal };
  if (login.account === undefined) {
    const { STSClient } = await load();
    return await askCloud(
      async () => {
        const { accessKeyId, secretAccessKey, sessionToken } = await new STSClient({ region }).config.credentials();
        return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
      },
      { failure: 'this machine has no credentials for AWS', hint: HINT, ...signal },
    );
  }
  const { ref, annotations, issueToken } = await readAccount(login.account, ports);
  const role = annotations.get(ROLE_ANNOTATION) ?? '';
  if (!ROLE.test(role)) {
    throw badAccount(ref, `invalid ${ROLE_ANNOTATION} annotation: '${role}'. must be like arn:aws:iam::ACCOUNT:role/NAME`);
  }
  const { STSClient, AssumeRoleWithWebIdentityCommand } = await load();
  const token = await issueToken(login.audiences ?? AUDIENCES);
  return await askCloud(
    async () => {
      const command = new AssumeRoleWithWebIdentityCommand({
        RoleArn: role,
        RoleSessionName: `${ref.name}.${ref.namespace}.${region}.fluxcd.io`,
        WebIdentityToken: token,
      });
      const { Credentials } = await new STSClient({ region }).send(command);
      const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials ?? {};
      if (AccessKeyId === undefined || SecretAccessKey === undefined) throw new Error('credentials are nil');
      return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
      };
    },
    {
      failure: `failed to create provider access token for service account '${ref.namespace}/${ref.name}'`,
      hint: `look at the trust policy of ${role}`,
      ...signal,
    },
  );
}

/**
 * Logs in to EKS and to CodeCommit.
 *
 * Effects: none by itself
 */
export function awsProvider(ports: CloudPorts): Provider {
  return {
    async describe(cluster, login): Promise<DescribedCluster> {
      const { region, name } = parseEksCluster(cluster);
      const credentials = await awsCredentials(region, login, ports);
      const { EKSClient, DescribeClusterCommand } = await loadPackage<Eks>(
        CLOUD_PACKAGES.awsEks,
        'to look up a cluster of EKS',
        ports.loadPackage,
      );
      return await askCloud(
        async () => {
          const client = new EKSClient({ region, credentials });
          const { cluster: found } = await client.send(new DescribeClusterCommand({ name }));
          const authority = Buffer.from(found?.certificateAuthority?.data ?? '', 'base64').toString('utf8');
          return { endpoints: [found?.endpoint ?? ''], authority };
        },
        {
          failure: `failed to describe EKS cluster '${cluster}'`,
          hint: HINT,
          ...(ports.signal === undefined ? {} : { signal: ports.signal }),
        },
      );
    },
    async issueToken(cluster, login) {
      const id = parseEksCluster(cluster);
      return signEksToken(id, await awsCredentials(id.region, login, ports), ports.now());
    },
    async logInToGit(url, login): Promise<GitCredentials> {
      checkGitUrl('aws', url.href);
      const region = codeCommitRegion(url) ?? '';
      return signCodeCommit(url, region, await awsCredentials(region, login, ports), ports.now());
    },
  };
}

import { stsHost } from './aws-endpoints.ts';
import type { ClusterIdOfAws } from './parse-cluster.ts';
import { presignUrl } from './sign-v4.ts';
import type { AwsCredentials, ClusterToken } from './types.ts';

/** EKS takes a signature for so long; the URL must not claim more. */
const VALID_SECONDS = 900;

/**
 * Makes the token that EKS takes: a signed request to STS for the caller's identity, which EKS makes and then knows who it is.
 * It is bound to the cluster by its name.
 *
 * Effects: none
 * Source: fluxcd/pkg auth/aws/provider.go NewRESTConfig;
 * https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html
 */
export function signEksToken(
  { partition, region, name }: ClusterIdOfAws,
  credentials: AwsCredentials,
  nowMs: number,
): ClusterToken {
  const url = presignUrl({
    service: 'sts',
    region,
    credentials,
    nowMs,
    host: stsHost(partition, region),
    path: '/',
    query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    headers: { 'x-k8s-aws-id': name },
    expiresInSeconds: VALID_SECONDS,
  });
  return { token: `k8s-aws-v1.${Buffer.from(url, 'utf8').toString('base64url')}`, expiresAtMs: nowMs + VALID_SECONDS * 1000 };
}

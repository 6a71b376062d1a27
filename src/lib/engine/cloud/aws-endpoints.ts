/** The domain of each partition of AWS that is not the usual one. The first part of an ARN after `arn:` names the partition. */
const DOMAINS: ReadonlyMap<string, string> = new Map([
  ['aws-cn', 'amazonaws.com.cn'],
  ['aws-eusc', 'amazonaws.eu'],
  ['aws-iso', 'c2s.ic.gov'],
  ['aws-iso-b', 'sc2s.sgov.gov'],
  ['aws-iso-e', 'cloud.adc-e.uk'],
  ['aws-iso-f', 'csp.hci.ic.gov'],
]);

/**
 * Names the regional host of STS, which is what EKS takes signatures for.
 *
 * Effects: none
 * Source: https://docs.aws.amazon.com/general/latest/gr/sts.html
 *
 * @example stsHost('aws', 'eu-west-1') // 'sts.eu-west-1.amazonaws.com'
 */
export function stsHost(partition: string, region: string): string {
  return `sts.${region}.${DOMAINS.get(partition) ?? 'amazonaws.com'}`;
}

/**
 * Reads the region from the address of a CodeCommit repository; `undefined` where it is none, or not over https.
 *
 * Effects: none
 * Source: fluxcd/pkg auth/aws/provider.go getRegionFromCodeCommitURL
 *
 * @example codeCommitRegion(new URL('https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/x')) // 'eu-west-1'
 */
export function codeCommitRegion(url: URL): string | undefined {
  if (url.protocol !== 'https:') return undefined;
  return /^git-codecommit(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(url.hostname)?.[1];
}

import { formatStamp, signCanonical } from './sign-v4.ts';
import type { AwsCredentials, GitCredentials } from './types.ts';

/**
 * Makes the user name and the password that CodeCommit takes over https: the password is a time and a signature over the
 * repository's path, good for some 15 minutes.
 *
 * The form is one of its own: the method is `GIT`, there is no hash of a body, and the time that is signed has no `Z`.
 *
 * Effects: none
 * Source: fluxcd/pkg auth/aws/provider.go NewGitCredentials
 * Differs: without a session token the user name has no `%` at its end, as in AWS's own git-remote-codecommit
 */
export function signCodeCommit(url: URL, region: string, credentials: AwsCredentials, nowMs: number): GitCredentials {
  const canonical = ['GIT', url.pathname, '', `host:${url.host}`, '', 'host', ''].join('\n');
  const stamp = formatStamp(nowMs).slice(0, -1);
  const signature = signCanonical(canonical, stamp, { service: 'codecommit', region, credentials, nowMs });
  const { accessKeyId, sessionToken = '' } = credentials;
  return {
    kind: 'basic',
    username: sessionToken === '' ? accessKeyId : `${accessKeyId}%${sessionToken}`,
    password: `${stamp}Z${signature}`,
  };
}

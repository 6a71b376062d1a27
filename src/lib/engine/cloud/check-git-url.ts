import { FluxError } from '../../core/errors.ts';
import { codeCommitRegion } from './aws-endpoints.ts';
import type { CloudName } from './types.ts';

const DEVOPS_HOST = /^(?:dev\.azure\.com|[a-z0-9-]+\.visualstudio\.com)$/;

/**
 * Refuses a repository that is none of that cloud's: a token of the cloud is sent nowhere else.
 *
 * Effects: none
 *
 * @throws {FluxError} cloud/bad-git-url
 */
export function checkGitUrl(cloud: CloudName, text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new FluxError('cloud/bad-git-url', 'the URL of the repository cannot be read');
  switch (cloud) {
    case 'aws':
      if (codeCommitRegion(url) !== undefined) return;
      throw new FluxError('cloud/bad-git-url', `invalid AWS CodeCommit Git URL: ${url.host}`, {
        hint: 'provider aws goes with https://git-codecommit.REGION.amazonaws.com/v1/repos/NAME',
      });
    case 'azure':
      if (url.protocol === 'https:' && DEVOPS_HOST.test(url.hostname)) return;
      throw new FluxError('cloud/bad-git-url', `invalid Azure DevOps Git URL: ${url.protocol}//${url.host}`, {
        hint: 'provider azure goes with https://dev.azure.com/ORGANISATION/PROJECT/_git/NAME: its token is sent nowhere else',
      });
    case 'gcp':
      throw new FluxError('cloud/bad-git-url', "provider 'gcp' does not support Git credentials");
  }
}

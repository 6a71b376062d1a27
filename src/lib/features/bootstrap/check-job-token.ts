import { FluxError } from '../../core/errors.ts';

/**
 * Refuses the token of a job of GitLab CI, which GitLab takes for none of what bootstrapping asks of it.
 *
 * Effects: none
 * Source: https://docs.gitlab.com/ci/jobs/ci_job_token: what it has access to; docs.gitlab.com/security/tokens: `glcbt-`
 *
 * @param token as it was given; empty where none was
 * @param jobToken that of the job that this runs in; empty outside of one
 * @throws {FluxError} forge/job-token
 */
export function checkJobToken(token: string, jobToken: string): void {
  const isJobToken = token.startsWith('glcbt-') || (jobToken !== '' && (token === '' || token === jobToken));
  if (!isJobToken) return;
  const which = token === '' ? 'there is no GITLAB_TOKEN, and the CI_JOB_TOKEN' : 'the token is the CI_JOB_TOKEN of a job, which';
  throw new FluxError('forge/job-token', `${which} makes no repositories, deploy keys or deploy tokens, and ends with the job`, {
    hint: 'make an access token of the group or project with the scope api and the role Maintainer, and keep it as the masked variable GITLAB_TOKEN',
  });
}

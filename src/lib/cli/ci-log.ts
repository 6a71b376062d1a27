import type { FluxError, SourcePosition } from '../core/errors.ts';
import type { Host, TextSink } from '../core/host.ts';
import type { Table } from './output.ts';

/** A short table for the page that a CI system shows of a job. */
export interface JobSummary {
  /** One line: what was done, and how it went. */
  readonly title: string;
  readonly table: Table;
}

/** What the log of a CI system can do beyond lines of text. */
export interface CiLog {
  /** Writes the story; what others wrote in it is text to the CI system, never an order. */
  readonly sink: TextSink;
  /** The same for results that are written for people. */
  readonly guard: (text: string) => string;
  /** Begins a part that can be folded away; absent ends the one that is open. */
  section(title: string | undefined): void;
  /** Marks the run with a warning or a failure. Absent: such a line is one like any other. */
  annotate?(level: 'warning' | 'error', text: string, place?: SourcePosition): void;
  /** Marks the run with the error that ended it, at its places in the files. */
  annotateError?(error: FluxError): void;
  /** The text for the summary of the job. */
  summarize?(summary: JobSummary): { readonly file: string; readonly text: string };
}

/**
 * Opens the log of the CI system that the command runs in; loads nothing elsewhere.
 *
 * Source: docs.github.com "Workflow commands for GitHub Actions"; docs.gitlab.com "Custom collapsible sections"
 *
 * @returns undefined outside of GitHub Actions and GitLab CI
 */
export async function openCiLog(host: Host): Promise<CiLog | undefined> {
  if (host.env['GITHUB_ACTIONS'] === 'true') return (await import('./github-log.ts')).openGithubLog(host);
  if (host.env['GITLAB_CI'] === 'true') return (await import('./gitlab-log.ts')).openGitlabLog(host);
  return undefined;
}

import type { Host } from '../core/host.ts';
import { escapeControl } from './escape-control.ts';
import type { CiLog } from './ci-log.ts';

/**
 * The log of GitLab CI: sections, which it shows with the time that they took. Their marks need an escape character, and those
 * of others never get that far.
 *
 * Effects: writes to stderr
 */
export function openGitlabLog({ stderr, now }: Host): CiLog {
  let opened = 0;
  let isOpen = false;
  const mark = (what: 'start' | 'end'): string =>
    `\u001B[0Ksection_${what}:${Math.floor(now().getTime() / 1000)}:flux_ts_${opened}\r\u001B[0K`;
  return {
    sink: stderr,
    guard: (text) => text,
    section(title) {
      if (isOpen) stderr.write(`${mark('end')}\n`);
      isOpen = title !== undefined;
      if (title === undefined) return;
      opened += 1;
      stderr.write(`${mark('start')}${escapeControl(title).replaceAll(/\s+/g, ' ')}\n`);
    },
  };
}

import { FluxError } from '../../core/errors.ts';
import type { ProgramCall } from '../../core/host.ts';

/**
 * Tells how a plugin is started: as it is, and on Windows a batch file by the command interpreter. What that one would read as
 * its own is refused, since there is no way to write it that all batch files take as it was meant.
 *
 * Effects: none
 *
 * @throws {FluxError} plugin/bad-argument
 */
export function programCall(path: string, args: readonly string[], platform: string, comSpec = 'cmd.exe'): ProgramCall {
  if (platform !== 'win32' || !/\.(?:cmd|bat)$/i.test(path)) return { file: path, args, isVerbatim: false };
  const bad = [path, ...args].find((word) => /["%\r\n]/.test(word));
  if (bad !== undefined) {
    throw new FluxError('plugin/bad-argument', `${JSON.stringify(bad)} cannot be given to a batch file`, {
      hint: 'leave out double quotes, percent signs and line breaks, or use the plugin as a program (.exe)',
    });
  }
  const line = [path, ...args].map((word) => `"${word}"`).join(' ');
  return { file: comSpec, args: ['/d', '/s', '/c', `"${line}"`], isVerbatim: true };
}

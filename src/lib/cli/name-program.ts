import type { Host } from '../core/host.ts';
import type { CommandIndex } from './command.ts';
import { treeOf } from './find-command.ts';
import { PROGRAM } from './program.ts';

/**
 * Makes a text name this program as the user calls it, where it names a command: what it says can then be run as it stands. The
 * name of the project stays what it is.
 *
 * Effects: none
 *
 * @example nameProgram('run flux-ts get all', 'flux ts', commands) // 'run flux ts get all'
 */
export function nameProgram(text: string, calledAs: string, commands: CommandIndex): string {
  if (calledAs === PROGRAM) return text;
  const words = [...treeOf(commands).children.keys()].join('|');
  return text.replace(new RegExp(`(?<![\\w/.@-])${PROGRAM}(?= (?:(?:${words}|COMMAND)(?![\\w-])|--?[a-z]))`, 'g'), calledAs);
}

/**
 * Gives a host whose story and errors name this program so.
 *
 * Effects: none by itself
 */
export function withProgramNamed(host: Host, commands: CommandIndex): Host {
  const { stderr } = host;
  const naming: Host['stderr'] = {
    write: (text) => stderr.write(nameProgram(text, host.calledAs, commands)),
    get isTTY() {
      return stderr.isTTY;
    },
    get columns() {
      return stderr.columns;
    },
  };
  // As descriptors: some members cost something when they are read.
  const members = Object.getOwnPropertyDescriptors(host);
  return Object.defineProperties({}, { ...members, stderr: { value: naming, enumerable: true } }) as Host;
}

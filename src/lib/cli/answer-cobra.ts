import type { Host } from '../core/host.ts';
import type { CommandIndex } from './command.ts';
import { completeWords, type Candidate } from './complete-words.ts';
import { suggestExternal, pluginContext } from './plugin-commands.ts';

/** What a shell is to do besides: offer files, too; nothing. */
const WITH_FILES = 0;
const NO_FILES = 4;
/** What the words of the answer are then: an error, and endings and folders to filter by. */
const NO_WORDS = 1 | 8 | 16;

/**
 * Answers the call by which flux completes the words behind a plugin: a candidate a line, and a number for the shell.
 *
 * Effects: as `completeWords`; writes to stdout
 * Source: spf13/cobra completions.go
 *
 * @param argv `__complete`, then all words, the last of which may be empty
 */
export async function answerCobra(argv: readonly string[], commands: CommandIndex, host: Host): Promise<number> {
  const [call, ...words] = argv;
  const found = await completeWords(words, commands, host);
  const last = words.at(-1) ?? '';
  // Of `--flag=va`, cobra gives what stands behind the `=`.
  const cut = last.startsWith('-') ? last.indexOf('=') + 1 : 0;
  const lines = found.map(({ word, description }) => {
    const shown = word.slice(cut);
    return call === '__complete' && description !== '' ? `${shown}\t${description}` : shown;
  });
  host.stdout.write([...lines, `:${found.length > 0 ? NO_FILES : WITH_FILES}`, ''].join('\n'));
  return 0;
}

/**
 * Asks a plugin what its words could go on with; nothing where there is no such plugin, or it does not know that call.
 *
 * Effects: runs the plugin
 * Source: fluxcd/flux2 internal/plugin/completion.go
 *
 * @param words those behind its name, the last of which may be empty
 */
export async function askPlugin(
  name: string,
  words: readonly string[],
  commands: CommandIndex,
  host: Host,
  signal: AbortSignal,
): Promise<Candidate[]> {
  const plugin = (await suggestExternal(commands, host)).find((one) => one.name === name);
  if (plugin === undefined) return [];
  const { ask } = await pluginContext(host, signal).plugins();
  const last = words.at(-1) ?? '';
  return parseAnswer(await ask(plugin.path, ['__complete', ...words]).catch(() => ''), last);
}

/**
 * Reads what a program answers to `__complete`.
 *
 * Effects: none
 *
 * @param last the word that is completed
 */
export function parseAnswer(answer: string, last: string): Candidate[] {
  const lines = answer.trimEnd().split('\n');
  const directive = Number(/^:(\d+)$/.exec(lines.at(-1) ?? '')?.[1] ?? NO_WORDS);
  if ((directive & NO_WORDS) !== 0) return [];
  const before = last.startsWith('-') ? last.slice(0, last.indexOf('=') + 1) : '';
  return lines
    .slice(0, -1)
    .filter((line) => line !== '' && !line.startsWith('_activeHelp_ '))
    .map((line) => {
      const [word = '', description = ''] = line.split('\t');
      return { word: `${before}${word}`, description };
    });
}

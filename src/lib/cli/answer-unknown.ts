import { FluxError, messageOf } from '../core/errors.ts';
import type { Host } from '../core/host.ts';
import type { CommandIndex } from './command.ts';
import type { Found } from './find-command.ts';
import { nearest } from './nearest.ts';
import { builtinWords, listExternal, pluginContext } from './plugin-commands.ts';

/**
 * Answers a command line that no command of ours has: the plugin of that name is run with all other words, as they stand.
 *
 * Effects: reads the plugin folder, where the first word is the unknown one; those of the plugin
 * Source: fluxcd/flux2 cmd/flux/plugin.go registerPlugins
 *
 * @param wantsHelp `help` stands before the words
 * @returns the exit code of the plugin
 * @throws {FluxError} usage/unknown-command, plugin/not-started
 */
export async function answerUnknown(
  { word, topic, rest, suggestion }: Extract<Found, { kind: 'unknown' }>,
  wantsHelp: boolean,
  commands: CommandIndex,
  host: Host,
): Promise<number> {
  const plugins = topic.length === 0 ? await listExternal(commands, host) : [];
  const plugin = plugins.find(({ name }) => name === word);
  if (plugin === undefined) {
    // Several words stand for a command that is elsewhere; that was found with all the words that there are.
    const isElsewhere = suggestion?.includes(' ') === true;
    const names = [...builtinWords(commands), ...plugins.map(({ name }) => name)];
    const near = topic.length > 0 || isElsewhere ? suggestion : nearest(word, names);
    const called = [host.calledAs, ...topic].join(' ');
    throw new FluxError('usage/unknown-command', `unknown command ${JSON.stringify(word)} for ${JSON.stringify(called)}`, {
      hint: near === undefined ? `see ${called} --help` : `did you mean "${near}"?`,
    });
  }
  if (wantsHelp) {
    host.stdout.write(`Runs the ${word} plugin, ${plugin.path}\nIts own help: ${host.calledAs} ${word} --help\n`);
    return 0;
  }
  const { callOf } = await pluginContext(host).plugins();
  const call = callOf(plugin.path, rest);
  try {
    return await host.runProgram(call);
  } catch (cause) {
    throw new FluxError('plugin/not-started', `${plugin.path} cannot be started: ${messageOf(cause)}`, {
      hint: `see whether it fits this machine, or install it again: flux-ts plugin install ${word}`,
      cause,
    });
  }
}

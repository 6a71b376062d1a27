import { type Context, createContext } from '../context.ts';
import type { Host } from '../core/host.ts';
import { SILENT } from '../core/progress.ts';
import type { CommandIndex } from './command.ts';
import { treeOf } from './find-command.ts';
import { GLOBAL_FLAGS, type GlobalValues } from './global-flags.ts';

/** A command that is a program in the plugin folder. */
export interface ExternalCommand {
  readonly name: string;
  readonly path: string;
}

/**
 * The words that no plugin can be: the first ones of all commands, and those of the launcher.
 *
 * Effects: none
 */
export function builtinWords(commands: CommandIndex): ReadonlySet<string> {
  return new Set([...treeOf(commands).children.keys(), 'plugin', 'help']);
}

/**
 * Opens a context of which nothing but its plugins is wanted.
 *
 * Effects: none by itself
 */
export function pluginContext(host: Host, signal: AbortSignal = host.signal): Context {
  const flags = Object.fromEntries(Object.entries(GLOBAL_FLAGS).map(([name, flag]) => [name, flag.default]));
  return createContext({ host, progress: SILENT, signal, flags: flags as unknown as GlobalValues, namespaceGiven: false });
}

/**
 * Lists the plugins that are commands.
 *
 * Effects: reads the plugin folder
 */
export async function listExternal(commands: CommandIndex, host: Host): Promise<readonly ExternalCommand[]> {
  const { folder } = await pluginContext(host).plugins();
  return await folder.list(builtinWords(commands));
}

/**
 * Lists the plugins for whom they are only a help: where they cannot be read, there are none.
 *
 * Effects: reads the plugin folder
 */
export async function suggestExternal(commands: CommandIndex, host: Host): Promise<readonly ExternalCommand[]> {
  return await listExternal(commands, host).catch(() => []);
}

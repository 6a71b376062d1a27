import { builtinWords } from '../../lib/cli/plugin-commands.ts';

/** The words that no plugin can be; the list of all commands is loaded only here, since it names this one too. */
export async function loadBuiltinWords(): Promise<ReadonlySet<string>> {
  const { commandIndex } = await import('../index.ts');
  return builtinWords(commandIndex());
}

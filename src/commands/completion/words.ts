import { completeWords } from '../../lib/cli/complete-words.ts';
import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';

const command: AnyCommand = defineCommand({
  summary: 'Print what could stand in the place of the last word, for the scripts of the shells',
  examples: [{ description: 'What could follow', command: 'flux-ts completion words -- get sources ""' }],
  args: [{ name: 'word', variadic: true }],
  flags: {},
  hidden: true,
  async run({ args, context }) {
    const { commandIndex } = await import('../index.ts');
    const candidates = await completeWords(args, commandIndex(), context.host);
    return { data: candidates, text: candidates.map(({ word, description }) => `${word}\t${description}\n`).join('') };
  },
});
export default command;

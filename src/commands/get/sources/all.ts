import { type AnyCommand, defineCommand } from '../../../lib/cli/command.ts';
import { KINDS } from '../../../lib/core/kinds.ts';
import { GET_FLAGS, GET_OUTPUTS } from '../../support/get-flags.ts';
import { getSeveral } from '../../support/get-several.ts';

const command: AnyCommand = defineCommand({
  summary: 'Show all sources and whether they are ready',
  examples: [{ description: 'In all namespaces', command: 'flux-ts get sources all -A' }],
  args: [{ name: 'name' }],
  flags: GET_FLAGS,
  outputs: GET_OUTPUTS,
  run: ({ args, flags, context }) =>
    getSeveral(
      KINDS.filter((kind) => kind.getWords.startsWith('sources ')),
      'source',
      args[0],
      flags,
      context,
    ),
});
export default command;

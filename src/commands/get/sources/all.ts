import type { AnyCommand } from '../../../lib/cli/command.ts';
import { KINDS } from '../../../lib/core/kinds.ts';
import { getSeveralCommand } from '../../support/get-several.ts';

const kinds = KINDS.filter((kind) => kind.getWords.startsWith('sources '));
const command: AnyCommand = getSeveralCommand('sources', 'sources all', 'source', kinds);
export default command;

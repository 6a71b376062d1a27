import type { AnyCommand } from '../../../lib/cli/command.ts';
import { KINDS } from '../../../lib/core/kinds.ts';
import { getSeveralCommand } from '../../support/get-several.ts';

const kinds = KINDS.filter((kind) => kind.getWords.startsWith('images '));
const command: AnyCommand = getSeveralCommand('image objects', 'images all', 'image', kinds);
export default command;

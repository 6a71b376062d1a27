import type { AnyCommand } from '../../lib/cli/command.ts';
import { KINDS } from '../../lib/core/kinds.ts';
import { getSeveralCommand } from '../support/get-several.ts';

const kinds = KINDS.filter((kind) => kind.kind !== 'ArtifactGenerator');
const command: AnyCommand = getSeveralCommand('Flux objects', 'all', 'all', kinds);
export default command;

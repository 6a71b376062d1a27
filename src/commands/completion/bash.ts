import type { AnyCommand } from '../../lib/cli/command.ts';
import { completionCommand } from '../support/completion.ts';

const command: AnyCommand = completionCommand('bash', '. <(flux-ts completion bash), in ~/.bashrc');
export default command;

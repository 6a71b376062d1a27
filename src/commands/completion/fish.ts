import type { AnyCommand } from '../../lib/cli/command.ts';
import { completionCommand } from '../support/completion.ts';

const command: AnyCommand = completionCommand('fish', 'flux-ts completion fish > ~/.config/fish/completions/flux-ts.fish');
export default command;

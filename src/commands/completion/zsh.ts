import type { AnyCommand } from '../../lib/cli/command.ts';
import { completionCommand } from '../support/completion.ts';

const command: AnyCommand = completionCommand('zsh', 'source <(flux-ts completion zsh), in ~/.zshrc behind compinit');
export default command;

import type { AnyCommand } from '../../lib/cli/command.ts';
import { completionCommand } from '../support/completion.ts';

const command: AnyCommand = completionCommand(
  'powershell',
  'flux-ts completion powershell | Out-String | Invoke-Expression, in $PROFILE',
);
export default command;

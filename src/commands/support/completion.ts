import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { COMPLETION_SCRIPTS, type Shell } from './completion-scripts.ts';

/**
 * The command that prints the completion of a shell.
 *
 * @param load how it is loaded for good
 */
export function completionCommand(shell: Shell, load: string): AnyCommand {
  return defineCommand({
    summary: `Print the completion of ${shell}`,
    description: `Commands, flags, their values, and names of what is in the cluster are completed. For good: ${load}`,
    examples: [{ description: 'Into a file', command: `flux-ts completion ${shell} > flux-ts.${EXTENSIONS[shell]}` }],
    flags: {},
    run: () => Promise.resolve({ text: COMPLETION_SCRIPTS[shell] }),
  });
}

const EXTENSIONS: Readonly<Record<Shell, string>> = { bash: 'bash', zsh: 'zsh', fish: 'fish', powershell: 'ps1' };

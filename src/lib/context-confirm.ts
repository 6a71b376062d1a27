import { FluxError } from './core/errors.ts';
import type { Host } from './core/host.ts';

/**
 * Asks a question that can be answered with yes or no.
 *
 * Effects: reads the terminal
 *
 * @throws {FluxError} usage/no-terminal: nobody can answer
 */
export async function confirm(question: string, host: Host): Promise<boolean> {
  if (!host.interactive) {
    throw new FluxError('usage/no-terminal', `"${question}" cannot be asked: this is no terminal`, {
      hint: 'answer it with --yes',
    });
  }
  const { default: inquirer } = await import('inquirer');
  try {
    const answers = await inquirer.prompt<{ answer: boolean }>([
      { type: 'confirm', name: 'answer', message: question, default: false },
    ]);
    return answers.answer;
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') return false;
    throw error;
  }
}

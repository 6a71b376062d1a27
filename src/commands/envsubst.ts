import { type AnyCommand, defineCommand } from '../lib/cli/command.ts';
import { boolean } from '../lib/cli/flags.ts';
import { substituteEnvironment } from '../lib/features/build/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Put environment variables into the text on standard input',
  description:
    'Does what the substitution after the build of a Kustomization does. "$X" without braces stays, and "$${X}" stands for a literal "${X}".',
  examples: [
    { description: 'After a build', command: 'flux-ts kustomize ./apps | flux-ts envsubst' },
    { description: 'Refuse variables that are not set', command: 'flux-ts kustomize ./apps | flux-ts envsubst --strict' },
  ],
  flags: { strict: boolean({ description: 'fails where a variable has neither a value nor a default' }) },
  async run({ flags, context: { host } }) {
    const text = substituteEnvironment(await host.readStdin(), host.env, { strict: flags.strict });
    return { text, manifests: true };
  },
});
export default command;

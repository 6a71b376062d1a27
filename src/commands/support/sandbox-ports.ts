import { type Flag, string } from '../../lib/cli/flags.ts';
import type { Context } from '../../lib/context.ts';
import type { SandboxPorts } from '../../lib/features/sandbox/index.ts';

/** Which sandbox. */
export const NAME_FLAG: Flag<string> = string({ description: 'name of the sandbox', default: 'default' });

/** What the sandbox features need, from the context. */
export function sandboxPorts(context: Context): SandboxPorts {
  const { host, progress, signal } = context;
  return { env: host.env, homeDir: host.homeDir, progress, signal, toolsDir: `${host.packageDir}tools` };
}

import type { Output } from '../../lib/cli/output.ts';
import type { Context } from '../../lib/context.ts';
import type { FluxKind } from '../../lib/core/kinds.ts';
import { FluxError } from '../../lib/core/errors.ts';

export async function driveOne(
  kind: FluxKind,
  target: { namespace: string; name: string },
  context: Context,
  options: { withSource: boolean },
): Promise<Output> {
  throw new FluxError('internal/bug', `${kind.kind} ${target.name} ${String(options.withSource)} ${context.cacheDir}`);
}

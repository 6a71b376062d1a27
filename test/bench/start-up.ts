import { join } from 'node:path';
import { type Measurement, measureProcess } from './measure.ts';

/** How long a person waits for commands that ask no cluster, next to a Node that does nothing. */
export function benchStartUp(root: string): Measurement[] {
  const cli = join(root, 'bin/flux-ts');
  const node = process.execPath;
  const nothing = { name: 'node -e 0', command: [node, '-e', '0'] as const };
  return [
    measureProcess('flux-ts --version', [node, cli, '--version'], { ...nothing, wantedRatio: 1.2 }),
    measureProcess(
      'flux-ts create tenant --export',
      [node, cli, 'create', 'tenant', 'dev-team', '--with-namespace=apps', '--export'],
      { ...nothing, wantedRatio: 2.2 },
    ),
    measureProcess('flux-ts install --export', [node, cli, 'install', '--export'], { ...nothing, wantedRatio: 8 }),
  ];
}

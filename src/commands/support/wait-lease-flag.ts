import { type Flag, duration } from '../../lib/cli/flags.ts';

/** For commands that take the Leases of the controllers. */
export const WAIT_LEASE_FLAG: { readonly 'wait-lease': Flag<number> } = {
  'wait-lease': {
    ...duration({
      defaultText: '0s',
      description: 'waits so long for another run or a controller to end, rather than refusing at once; alone it stands for 10m',
    }),
    bare: '10m',
  },
};

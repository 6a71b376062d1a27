import type { AnyCommand } from '../../../lib/cli/command.ts';
import { duration, string } from '../../../lib/cli/flags.ts';
import { makeImageRepository } from '../../../lib/features/create/index.ts';
import { createCommand } from '../../support/create-command.ts';

const command: AnyCommand = createCommand({
  kind: 'ImageRepository',
  description:
    'It names an image whose tags are listed in the given interval. Stores it and waits until its controller has done so.',
  examples: [
    { description: 'A public image', command: 'flux-ts create image repository podinfo --image=ghcr.io/stefanprodan/podinfo' },
    {
      description: 'A private one, with the secret of "create secret oci", as YAML',
      command: 'flux-ts create image repository app --image=ghcr.io/team/app --secret-ref=ghcr-auth --interval=5m --export',
    },
  ],
  flags: {
    'cert-ref': string({ description: 'secret with certificates for the registry' }),
    image: string({ description: 'image without a tag: ghcr.io/team/app' }),
    'scan-timeout': duration({ defaultText: '0s', description: 'time limit of a scan; 0s makes it the interval' }),
    'secret-ref': string({ description: 'secret with the login to the registry' }),
  },
  make: (options) => makeImageRepository(options, options),
});
export default command;

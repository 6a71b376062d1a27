import type { AnyCommand } from '../../../lib/cli/command.ts';
import { string } from '../../../lib/cli/flags.ts';
import { makeOciSecret } from '../../../lib/features/create/index.ts';
import { secretCommand } from '../../support/create-secret.ts';
import { BASIC_FLAGS } from '../../support/login-flags.ts';

const command: AnyCommand = secretCommand({
  noun: 'oci',
  purpose: 'a registry',
  description: 'It is an image pull secret. OCIRepository, ImageRepository and OCI HelmRepository objects name it in secretRef.',
  examples: [
    {
      description: 'For all of a registry',
      command: 'flux-ts create secret oci ghcr-auth -n apps --url=ghcr.io --username=robot --password=$TOKEN',
    },
    {
      description: 'For one repository, as YAML',
      command:
        'flux-ts create secret oci app-auth --url=ghcr.io/team/app --username=robot --password=$TOKEN --export > auth.yaml',
    },
  ],
  flags: { ...BASIC_FLAGS, url: string({ description: 'registry, or repository in it: ghcr.io/team/app' }) },
  make: (options) => makeOciSecret(options, options),
});
export default command;

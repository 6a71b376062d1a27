import type { AnyCommand } from '../../../lib/cli/command.ts';
import { string } from '../../../lib/cli/flags.ts';
import { makeImageUpdate } from '../../../lib/features/create/index.ts';
import { createCommand } from '../../support/create-command.ts';

const command: AnyCommand = createCommand({
  kind: 'ImageUpdateAutomation',
  description:
    'It writes what ImagePolicies have chosen into the manifests of a Git repository, and pushes. Stores it and waits until its controller has run.',
  examples: [
    {
      description: 'Commits to main',
      command:
        'flux-ts create image update fleet --git-repo-ref=fleet --git-repo-path=./clusters/prod --checkout-branch=main --author-name=flux --author-email=flux@example.com',
    },
    {
      description: 'Commits to a branch of its own, signed, as YAML',
      command:
        "flux-ts create image update fleet --git-repo-ref=fleet --checkout-branch=main --push-branch=image-updates --author-name=flux --author-email=flux@example.com --signing-key-secret=signing --signing-key-type=ssh --commit-template='{{range .Changed.Changes}}{{println .NewValue}}{{end}}' --export",
    },
  ],
  flags: {
    'author-email': string({ description: 'e-mail of the author of the commits' }),
    'author-name': string({ description: 'name of the author of the commits' }),
    'checkout-branch': string({ description: 'branch to start from' }),
    'commit-template': string({ description: "message of the commits, a Go template (default: the controller's)" }),
    'git-repo-namespace': string({ description: 'namespace of the GitRepository (default: that of the object)' }),
    'git-repo-path': string({ description: 'folder with the manifests (default: the whole repository)' }),
    'git-repo-ref': string({ description: 'name of the GitRepository' }),
    'push-branch': string({ description: 'branch to push to (default: the one of --checkout-branch)' }),
    'signing-key-secret': string({ description: 'secret with the key that signs the commits' }),
    'signing-key-type': string({ description: 'type of that key: gpg or ssh; empty means gpg' }),
  },
  make: (options) => makeImageUpdate(options, options),
});
export default command;

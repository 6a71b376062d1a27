import { type AnyCommand, defineCommand } from '../../../lib/cli/command.ts';
import { documents } from '../../../lib/cli/documents.ts';
import { boolean, string } from '../../../lib/cli/flags.ts';
import { table } from '../../../lib/cli/output.ts';
import { FluxError } from '../../../lib/core/errors.ts';
import { kindNamed } from '../../../lib/core/kinds.ts';
import { refIn } from '../../../lib/features/objects/index.ts';
import { checkKustomizationAccess, DENIALS_VIEW, failureOfCheck } from '../../../lib/features/rbac/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Check whether a Kustomization may do all that it would do now',
  description:
    'Builds what the Kustomization would apply from the revision its source has now, and asks the API server for every request that applying it, pruning what is not in it any more, making anew what cannot be changed and waiting for health will make, under the account that acts for it. All denials are shown at once, with the roles that would grant them, ready to commit. Nothing is written. Exits with 1 when something is denied.',
  examples: [
    { description: 'Before it is reconciled', command: 'flux-ts rbac check kustomization web -n apps' },
    { description: 'For a script', command: 'flux-ts rbac check kustomization web -n apps -o json' },
    {
      description: 'For an auditor who may not impersonate: about the account that acts in the cluster as things are',
      command: 'flux-ts rbac check kustomization web -n apps --as-is',
    },
  ],
  aliases: ['ks'],
  args: [{ name: 'name', required: true }],
  flags: {
    'as-is': boolean({
      description:
        'asks about the account by SubjectAccessReview rather than as it: needs no right to impersonate; where none is named it is that of kustomize-controller',
    }),
    'default-service-account': string({ description: 'account that acts where the Kustomization names none' }),
  },
  outputs: ['table', 'wide', 'json', 'yaml'],
  async run({ args, flags, context }) {
    const name = args[0];
    if (name === undefined) throw new FluxError('objects/name-missing', 'Kustomization name is required');
    const account = flags['default-service-account'];
    const check = await checkKustomizationAccess(
      refIn(kindNamed('Kustomization'), await context.namespace(), name),
      await context.reconcilePorts(),
      {
        asIs: flags['as-is'],
        fluxNamespace: context.fluxNamespace,
        ...(account === '' ? {} : { defaultServiceAccount: account }),
      },
    );
    const error = failureOfCheck(check);
    if (error !== undefined)
      return { data: check, view: table(DENIALS_VIEW, check.denied), after: documents(check.missingRoles).text ?? '', error };
    context.progress.success(`${check.user ?? 'the caller'} may do all that ${check.revision} needs: ${check.needed} accesses`);
    return { data: check };
  },
});
export default command;

import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { documents } from '../../lib/cli/documents.ts';
import { boolean, choice, custom, duration, relativePath, string, strings } from '../../lib/cli/flags.ts';
import { kindNamed } from '../../lib/core/kinds.ts';
import {
  checkObjectName,
  makeKustomization,
  parseLabels,
  parseSourceReference,
  type SourceReference,
} from '../../lib/features/create/index.ts';
import { FluxError } from '../../lib/core/errors.ts';
import { CREATE_FLAGS } from '../support/create-flags.ts';
import { DRIVE_FLAG, storeAndReconcile } from '../support/store-and-reconcile.ts';

const command: AnyCommand = defineCommand({
  summary: 'Create or update a Kustomization',
  description:
    'Stores the Kustomization and waits until its controller has reconciled it; with --drive it is reconciled right here.',
  examples: [
    {
      description: "A tenant's application, under the tenant's own account",
      command:
        'flux-ts create kustomization web -n apps --source=GitRepository/team --path=./deploy --prune --service-account=dev-team --interval=5m',
    },
    {
      description: 'One that waits for another, as YAML',
      command: 'flux-ts create kustomization apps --source=fleet --path=./apps --prune --wait --depends-on=infra --export',
    },
  ],
  aliases: ['ks'],
  args: [{ name: 'name', required: true }],
  flags: {
    ...CREATE_FLAGS,
    'decryption-provider': choice({
      options: ['sops'],
      description: 'how secrets in the source are encrypted',
      refuse: (text) =>
        text === ''
          ? 'no decryption provider given, must be one of: sops'
          : `unsupported decryption provider '${text}', must be one of: sops`,
    }),
    'decryption-secret': string({ description: 'secret with the keys for decryption' }),
    'depends-on': strings({ description: 'Kustomization that must be ready first, name or namespace/name; can be repeated' }),
    'health-check': strings({ description: 'object to wait for, Kind/name.namespace; can be repeated' }),
    'health-check-timeout': duration({ defaultText: '2m0s', description: 'time limit of the health checks' }),
    'kubeconfig-secret-ref': string({ description: 'secret with the kubeconfig of another cluster' }),
    path: relativePath({ default: './', description: 'folder in the source' }),
    prune: boolean({ description: 'deletes what is no longer in the source' }),
    'retry-interval': duration({
      defaultText: '0s',
      description: 'how soon a failed run is tried again (default: the interval)',
    }),
    'service-account': string({ description: 'account to act as' }),
    source: custom<SourceReference | undefined>({
      type: '[kind/]name[.namespace]',
      default: undefined,
      description: 'where the manifests come from; the kind is GitRepository, OCIRepository or Bucket',
      parse: parseSourceReference,
    }),
    'target-namespace': string({ description: 'namespace that overrides those of the manifests' }),
    validation: string({ description: 'has no effect any more', hidden: true }),
    wait: boolean({ description: 'waits for the health of all that is applied' }),
    drive: DRIVE_FLAG,
  },
  outputs: ['table', 'yaml', 'json', 'name'],
  async run({ args, flags, global, context }) {
    const name = checkObjectName(args[0]);
    if (flags.source === undefined)
      throw new FluxError('create/source-missing', 'source is required', { hint: 'for example: --source=GitRepository/fleet' });
    const object = makeKustomization({
      name,
      namespace: flags.export ? global.namespace : await context.namespace(),
      labels: parseLabels(flags.label),
      source: flags.source,
      path: flags.path,
      intervalMs: flags.interval,
      prune: flags.prune,
      wait: flags.wait,
      healthChecks: flags['health-check'],
      healthCheckTimeoutMs: flags['health-check-timeout'],
      dependsOn: flags['depends-on'],
      serviceAccount: flags['service-account'],
      decryptionProvider: flags['decryption-provider'],
      decryptionSecret: flags['decryption-secret'],
      targetNamespace: flags['target-namespace'],
      kubeConfigSecretRef: flags['kubeconfig-secret-ref'],
      retryIntervalMs: flags['retry-interval'],
    });
    if (flags.export) return documents([object]);
    context.progress.generate('generating Kustomization');
    return await storeAndReconcile(kindNamed('Kustomization'), object, flags.drive, context);
  },
});
export default command;

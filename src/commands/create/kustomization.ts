import type { AnyCommand } from '../../lib/cli/command.ts';
import { boolean, choice, custom, duration, relativePath, string, strings } from '../../lib/cli/flags.ts';
import { makeKustomization, parseSourceReference, type SourceReference } from '../../lib/features/create/index.ts';
import { FluxError } from '../../lib/core/errors.ts';
import { createCommand } from '../support/create-command.ts';

const command: AnyCommand = createCommand({
  kind: 'Kustomization',
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
  flags: {
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
  },
  make(options, { flags }) {
    if (flags.source === undefined)
      throw new FluxError('create/source-missing', 'source is required', { hint: 'for example: --source=GitRepository/fleet' });
    return makeKustomization({
      ...options,
      source: flags.source,
      intervalMs: options.interval,
      healthChecks: options.healthCheck,
      healthCheckTimeoutMs: options.healthCheckTimeout,
      kubeConfigSecretRef: options.kubeconfigSecretRef,
      retryIntervalMs: options.retryInterval,
    });
  },
  idle: ({ wait }) => ({
    ...(wait ? { '--wait waits for all objects': ['health-check'] } : {}),
    'the API server validates what is applied': ['validation'],
  }),
});
export default command;

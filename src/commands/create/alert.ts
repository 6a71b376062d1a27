import type { AnyCommand } from '../../lib/cli/command.ts';
import { string, strings } from '../../lib/cli/flags.ts';
import { makeAlert } from '../../lib/features/create/index.ts';
import { createCommand } from '../support/create-command.ts';
import { warnOfUnknown } from '../support/unknown-value.ts';

const command: AnyCommand = createCommand({
  kind: 'Alert',
  description: 'It sends events of some objects to a Provider.',
  examples: [
    {
      description: 'Failures of all Kustomizations and HelmReleases',
      command:
        "flux-ts create alert on-call --provider-ref=slack --event-severity=error --event-source='Kustomization/*' --event-source='HelmRelease/*'",
    },
    {
      description: 'Everything of one Kustomization in another namespace, as YAML',
      command: 'flux-ts create alert web --provider-ref=slack --event-source=Kustomization/web.apps --export',
    },
  ],
  flags: {
    'event-severity': string({ description: 'info sends everything, error only failures (default: everything)' }),
    'event-source': strings({ description: 'object to hear of, kind/name or kind/name.namespace; can be repeated' }),
    'provider-ref': string({ description: 'name of the Provider, in the same namespace' }),
  },
  make(options, { context }) {
    const object = makeAlert(options, options);
    warnOfUnknown('event-severity', options.eventSeverity, ['info', 'error'], context.progress);
    return object;
  },
  idle: () => ({ 'an Alert is not reconciled': ['interval'] }),
});
export default command;

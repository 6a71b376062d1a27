import type { AnyCommand } from '../../../lib/cli/command.ts';
import { custom, string } from '../../../lib/cli/flags.ts';
import { makeHelmChart, parseChartSource, type TypedReference } from '../../../lib/features/create/index.ts';
import { createCommand } from '../../support/create-command.ts';
import { FETCH_TIMEOUT_FLAG, VERIFY_FLAGS } from '../../support/source-flags.ts';
import { warnOfUnknown } from '../../support/unknown-value.ts';

const command: AnyCommand = createCommand({
  kind: 'HelmChart',
  description: 'Stores the HelmChart and waits until its controller has fetched and packed it.',
  examples: [
    {
      description: 'A chart of a Helm repository, in a range of versions',
      command: 'flux-ts create source chart podinfo --source=HelmRepository/podinfo --chart=podinfo --chart-version=6.x',
    },
    {
      description: 'A chart in a Git repository, packed anew with each commit, as YAML',
      command:
        'flux-ts create source chart podinfo --source=GitRepository/podinfo --chart=./charts/podinfo --reconcile-strategy=Revision --export',
    },
  ],
  flags: {
    ...VERIFY_FLAGS,
    chart: string({ description: 'name of the chart, or its folder in the source' }),
    'chart-version': string({ description: 'version or range of versions; of no account for GitRepository and Bucket' }),
    'fetch-timeout': FETCH_TIMEOUT_FLAG,
    'reconcile-strategy': string({
      default: 'ChartVersion',
      description: 'when it is packed anew: ChartVersion with each version, Revision with each revision of the source',
    }),
    source: custom<TypedReference | undefined>({
      type: 'kind/name',
      default: undefined,
      description: 'where the chart is; the kind is HelmRepository, GitRepository or Bucket',
      parse: (text) => parseChartSource(text, { withNamespace: false }),
    }),
  },
  make(options, { context }) {
    const object = makeHelmChart(options, options);
    warnOfUnknown('reconcile-strategy', options.reconcileStrategy, ['ChartVersion', 'Revision'], context.progress);
    return object;
  },
  idle: () => ({ 'a HelmChart has no time limit of its own, its source has': ['fetch-timeout'] }),
});
export default command;

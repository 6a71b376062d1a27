import type { AnyCommand } from '../../lib/cli/command.ts';
import { boolean, choice, custom, duration, string, strings } from '../../lib/cli/flags.ts';
import { makeHelmRelease, parseChartSource, readHelmValues, type TypedReference } from '../../lib/features/create/index.ts';
import { createCommand } from '../support/create-command.ts';

const command: AnyCommand = createCommand({
  kind: 'HelmRelease',
  description: 'Stores the HelmRelease and waits until its controller has installed the chart.',
  examples: [
    {
      description: 'A chart of a Helm repository, in a range of versions',
      command:
        'flux-ts create helmrelease podinfo --source=HelmRepository/podinfo --chart=podinfo --chart-version=">6.0.0" --interval=10m',
    },
    {
      description: 'A chart of an OCIRepository, in a namespace of its own',
      command:
        'flux-ts create helmrelease podinfo --chart-ref=OCIRepository/podinfo --target-namespace=podinfo --create-target-namespace',
    },
    {
      description: 'With values from files and from a secret, as YAML',
      command:
        'flux-ts create helmrelease web -n apps --source=GitRepository/app --chart=./chart --values=values.yaml,prod.yaml --values-from=Secret/web-values --export',
    },
  ],
  flags: {
    chart: string({ description: 'name of the chart, or its folder in the source' }),
    'chart-interval': duration({
      defaultText: '0s',
      description: 'how often a new version is looked for; 0s makes it the interval',
    }),
    'chart-ref': string({ description: 'chart that there is, kind/name or kind/name.namespace: OCIRepository or HelmChart' }),
    'chart-version': string({ description: 'version or range of versions; of no account for GitRepository and Bucket' }),
    crds: choice({
      options: ['Skip', 'Create', 'CreateReplace'],
      description: "what an upgrade does with the chart's CRDs; an installation creates them",
      refuse: (text) =>
        text.trim() === ''
          ? 'no upgrade CRDs policy given, must be one of: Skip, Create, CreateReplace'
          : `unsupported upgrade CRDs policy '${text}', must be one of: Skip, Create, CreateReplace`,
    }),
    'create-target-namespace': boolean({ description: 'creates the target namespace where it is missing' }),
    'depends-on': strings({ description: 'HelmRelease that must be ready first, name or namespace/name; can be repeated' }),
    'kubeconfig-secret-ref': string({ description: 'secret with the kubeconfig of another cluster' }),
    'reconcile-strategy': string({
      default: 'ChartVersion',
      description: 'when the chart is packed anew: ChartVersion with each version, Revision with each revision of the source',
    }),
    'release-name': string({ description: 'name of the Helm release (default: [TARGET-NAMESPACE-]NAME)' }),
    'service-account': string({ description: 'account to act as' }),
    source: custom<TypedReference | undefined>({
      type: 'kind/name[.namespace]',
      default: undefined,
      description: 'where the chart is; the kind is HelmRepository, GitRepository or Bucket',
      parse: (text) => parseChartSource(text, { withNamespace: true }),
    }),
    'storage-namespace': string({ description: 'namespace that Helm keeps its releases in (default: the target namespace)' }),
    'target-namespace': string({ description: 'namespace to install to (default: that of the object)' }),
    values: strings({ description: 'file with values; a later one wins; can be repeated' }),
    'values-from': strings({ description: 'Secret/name or ConfigMap/name with a key values.yaml; can be repeated' }),
  },
  async make(options, { context }) {
    // The flags first: what is wrong with them should be told before files are read.
    const object = makeHelmRelease(options, options);
    if (options.values.length === 0) return object;
    return makeHelmRelease(options, options, await readHelmValues(options.values, context.readTextFile));
  },
  idle: ({ chartRef }) =>
    chartRef === ''
      ? {}
      : { '--chart-ref says what chart it is': ['source', 'chart-version', 'chart-interval', 'reconcile-strategy'] },
});
export default command;

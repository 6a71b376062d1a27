import { type AnyCommand, defineCommand } from '../lib/cli/command.ts';
import { boolean, integer, string, strings } from '../lib/cli/flags.ts';
import { table } from '../lib/cli/output.ts';
import { FluxError } from '../lib/core/errors.ts';
import type { View } from '../lib/core/view.ts';
import { fileLoginOf, LOGIN_FLAGS } from './support/file-login.ts';
import { IDENTITY_FLAGS, identityOf } from './support/identity-flags.ts';
import { PRUNE_FLAGS, pruneGuardOf } from './support/prune-flags.ts';
import { streamEvents } from './support/stream-events.ts';
import { WAIT_LEASE_FLAG } from './support/wait-lease-flag.ts';
import {
  drive,
  DRIVE_EVENT_VIEW,
  DRIVE_VIEW,
  type DriveEvent,
  driveOn,
  type DriveSelection,
  formatPruned,
  type GitLogin,
  isTelling,
  listRows,
  readObjects,
} from '../lib/features/reconcile/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Reconcile sources and Kustomizations right here, without controllers',
  description:
    "Runs the whole graph once: each source is fetched, and each Kustomization applied as soon as what it depends on is ready; those that a Kustomization creates or changes join in. With --watch it goes on until it is stopped: on the intervals, on changes of the objects, and on new revisions. It leaves what Flux's controllers would leave, and holds their Leases meanwhile, so that both never work at once; where no source is a GitRepository, source-controller may go on, and what it serves is applied. With -f the objects come from files: neither Flux's definitions nor rights in the whole cluster are needed, and the inventory is kept in a ConfigMap of the target namespace. Sources from files take their login from the Secret that they name, in the files or in the cluster; for those that name none it can be given here.",
  examples: [
    { description: 'All of a namespace', command: 'flux-ts drive -n apps' },
    { description: 'One, with its source', command: 'flux-ts drive web -n apps' },
    { description: 'The whole cluster, for a script', command: 'flux-ts drive -A -o json' },
    { description: 'Go on until it is stopped, polling Git', command: 'flux-ts drive -A --watch' },
    { description: 'Stop before much is deleted', command: 'flux-ts drive -A --prune-limit=10% --protect-kinds' },
    { description: 'Objects from files, in a cluster that knows nothing of Flux', command: 'flux-ts drive -f sync.yaml -n apps' },
    {
      description: 'The same, where the repository is read over SSH',
      command: 'flux-ts drive -f sync.yaml --private-key-file=./deploy-key',
    },
  ],
  args: [{ name: 'name', variadic: true, description: 'Kustomizations; none means all of the namespace' }],
  flags: {
    'all-namespaces': boolean({ short: 'A', description: 'drives those of all namespaces' }),
    concurrent: integer({ default: 20, description: 'how many are under way at once, those that wait for health left out' }),
    'default-service-account': string({ description: 'account for Kustomizations that name none' }),
    'feature-gates': IDENTITY_FLAGS['feature-gates'],
    filename: strings({ short: 'f', description: 'file or folder with GitRepositories and Kustomizations; can be repeated' }),
    ...LOGIN_FLAGS,
    'inventory-namespace': string({ description: 'with -f: namespace of the inventory (default: the target namespace)' }),
    ...PRUNE_FLAGS,
    'no-cross-namespace-refs': boolean({ description: 'refuses sources in other namespaces' }),
    'sops-vault-configmap': IDENTITY_FLAGS['sops-vault-configmap'],
    ...WAIT_LEASE_FLAG,
    watch: boolean({
      short: 'w',
      description: "goes on: on the objects' intervals, their changes, and new revisions of their sources",
    }),
    'with-source': boolean({
      default: true,
      description: 'fetches the GitRepositories first; false leaves all sources to source-controller, which may run meanwhile',
    }),
  },
  // Each Kustomization has a time limit of its own, and there can be many.
  timeLimit: 'when-given',
  outputs: ['table', 'json', 'yaml', 'name'],
  async run({ args, flags, context }) {
    if (flags.concurrent < 1) throw new FluxError('usage/bad-value', '--concurrent must be at least 1');
    const identity = identityOf(flags);
    const guard = await pruneGuardOf(flags);
    const namespace = await context.namespace();
    const login = await fileLoginOf(flags, context);
    const selection = await selectionOf(args, flags, namespace, login, context);
    const ports = await context.reconcilePorts(identity);
    const options = {
      concurrency: flags.concurrent,
      withSources: flags['with-source'],
      fluxNamespace: context.fluxNamespace,
      waitLeaseMs: flags['wait-lease'],
      noCrossNamespaceRefs: flags['no-cross-namespace-refs'],
      ...guard,
      ...(flags['default-service-account'] === '' ? {} : { defaultServiceAccount: flags['default-service-account'] }),
    };
    if (flags.watch) {
      const stream = streamEvents((emit) => driveOn(selection, ports, options, emit), context.host.signal);
      const columns: View<unknown> = DRIVE_EVENT_VIEW as View<unknown>;
      return { stream, view: { columns, rows: [], shows: (row) => isTelling(row as DriveEvent) } };
    }
    context.progress.section?.('Reconciliation');
    const report = await drive(selection, ports, options);
    if (report.pruned.length > 0) context.progress.success(`pruned: ${formatPruned(report.pruned)}`);
    const rows = listRows(report);
    const bad = rows.filter(({ outcome }) => outcome === 'failed' || outcome === 'blocked');
    return {
      data: report,
      view: table(DRIVE_VIEW, rows),
      summary: {
        title: `flux-ts drive: ${rows.length - bad.length} of ${rows.length} objects reconciled`,
        table: table(DRIVE_VIEW, rows),
      },
      names: rows.map(({ kind, namespace: place, name }) => `${kind.toLowerCase()}/${place}/${name}`),
      ...(report.isDone
        ? {}
        : {
            error: new FluxError('reconcile/incomplete', `${bad.length} of ${rows.length} objects were not reconciled`, {
              details: {
                objects: bad.map(({ kind, namespace: place, name, error }) => ({ kind, namespace: place, name, error })),
              },
            }),
          }),
    };
  },
});
export default command;

async function selectionOf(
  names: readonly string[],
  flags: { 'all-namespaces': boolean; filename: readonly string[]; 'inventory-namespace': string },
  namespace: string,
  login: GitLogin | undefined,
  context: Parameters<typeof command.run>[0]['context'],
): Promise<DriveSelection> {
  if (flags.filename.length > 0) {
    if (names.length > 0 || flags['all-namespaces']) {
      throw new FluxError('usage/bad-value', 'names and -A do not go together with -f: the files say what is driven');
    }
    const { objects, secrets, warnings } = readObjects(await context.readManifestFiles(flags.filename), namespace);
    for (const warning of warnings) context.progress.warning(warning);
    if (objects.length === 0) {
      throw new FluxError(
        'reconcile/nothing-to-drive',
        `there is no GitRepository and no Kustomization of Flux in ${flags.filename.join(', ')}`,
      );
    }
    return {
      from: 'objects',
      objects,
      secrets,
      ...(login === undefined ? {} : { login }),
      ...(flags['inventory-namespace'] === '' ? {} : { inventoryNamespace: flags['inventory-namespace'] }),
    };
  }
  if (flags['all-namespaces']) {
    if (names.length > 0) throw new FluxError('usage/bad-value', 'names and -A do not go together');
    return { from: 'cluster' };
  }
  return names.length === 0 ? { from: 'cluster', namespace } : { from: 'names', namespace, names };
}

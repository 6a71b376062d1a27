import { type AnyCommand, defineCommand } from '../lib/cli/command.ts';
import { boolean, string, strings } from '../lib/cli/flags.ts';
import { table } from '../lib/cli/output.ts';
import { eventView, listEvents, queryEvents, watchEvents } from '../lib/features/inspect/index.ts';
import { streamEvents } from './support/stream-events.ts';

const command: AnyCommand = defineCommand({
  summary: 'Show the events of Flux objects',
  description: 'With --for of one object, those of what it refers to are shown too: its source, its chart, its provider.',
  examples: [
    { description: 'Those of a namespace', command: 'flux-ts events -n apps' },
    { description: 'Those of one object and its source', command: 'flux-ts events --for Kustomization/web -n apps' },
    { description: 'What goes wrong anywhere, as it comes', command: 'flux-ts events -A --types Warning --watch' },
  ],
  flags: {
    'all-namespaces': boolean({ short: 'A', description: 'looks in all namespaces' }),
    for: string({ description: 'only events of this kind or object: Kind, Kind/name' }),
    types: strings({ description: 'only events of these types: Normal, Warning; can be repeated' }),
    watch: boolean({ short: 'w', description: 'keeps on showing what comes' }),
    'no-header': boolean({ description: 'leaves out the head of the table' }),
  },
  outputs: ['table', 'json', 'yaml'],
  timeLimit: 'when-given',
  async run({ flags, context }) {
    const kube = await context.kube();
    const namespace = await context.namespace();
    const query = await queryEvents(
      {
        ...(flags['all-namespaces'] ? {} : { namespace }),
        objectNamespace: namespace,
        for: flags.for,
        types: flags.types,
      },
      kube,
    );
    const columns = eventView(query.showsNamespace, () => context.clock.now());
    if (flags.watch) {
      const { signal } = context;
      const stream = streamEvents<unknown>((emit) => watchEvents(query, kube, signal, emit), context.host.signal);
      return { stream, view: table(columns, [], flags['no-header']) };
    }
    const items = await listEvents(query, kube);
    if (items.length > 0) return { data: { items }, view: table(columns, items, flags['no-header']) };
    context.progress.failure(flags['all-namespaces'] ? 'No events found.' : `No events found in ${namespace} namespace.`);
    return { data: { items }, text: '' };
  },
});
export default command;

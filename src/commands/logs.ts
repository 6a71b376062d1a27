import { type AnyCommand, defineCommand } from '../lib/cli/command.ts';
import { boolean, choice, duration, integer, string } from '../lib/cli/flags.ts';
import { table } from '../lib/cli/output.ts';
import { FluxError } from '../lib/core/errors.ts';
import type { View } from '../lib/core/view.ts';
import { formatLogLine, type LogLine, readLogs } from '../lib/features/inspect/index.ts';
import { streamEvents } from './support/stream-events.ts';

const LINE: View<LogLine> = [{ title: 'Line', value: formatLogLine }];

const command: AnyCommand = defineCommand({
  summary: 'Show what the controllers log',
  description:
    'Of each controller one pod is read, in the namespace that Flux runs in. Only lines about objects in the namespace of the command are shown; with -A those of all, and those about none.',
  examples: [
    { description: 'All of it', command: 'flux-ts logs -A' },
    { description: 'What goes wrong, as it comes', command: 'flux-ts logs -A --level=error --follow' },
    { description: 'About one object', command: 'flux-ts logs --kind=Kustomization --name=web -n apps --since=10m' },
  ],
  flags: {
    'all-namespaces': boolean({ short: 'A', description: 'shows lines about objects in all namespaces, and about none' }),
    'flux-namespace': string({ default: 'flux-system', description: 'namespace of the controllers' }),
    follow: boolean({ short: 'f', description: 'keeps on showing what comes' }),
    kind: string({ description: 'only lines about objects of this kind' }),
    level: choice({ options: ['debug', 'info', 'error'], description: 'only lines of this level' }),
    name: string({ description: 'only lines about objects of this name' }),
    since: duration({ defaultText: '0s', description: 'only what is not older than this' }),
    'since-time': string({ description: 'only what is newer than this time (RFC 3339)' }),
    tail: integer({ default: -1, description: 'so many of the last lines of each log; -1 means all' }),
  },
  outputs: ['table', 'json', 'yaml'],
  timeLimit: 'when-given',
  async run({ flags, given, context }) {
    const sinceTime = flags['since-time'];
    if (sinceTime !== '' && flags.since !== 0) {
      throw new FluxError('inspect/bad-since', 'at most one of `sinceTime` or `sinceSeconds` may be specified');
    }
    if (sinceTime !== '' && !(/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d/.test(sinceTime) && Number.isFinite(Date.parse(sinceTime)))) {
      throw new FluxError('inspect/bad-since', `${sinceTime} is not a valid (RFC3339) time`);
    }
    const options = {
      fluxNamespace: given.has('flux-namespace') ? flags['flux-namespace'] : context.fluxNamespace,
      follow: flags.follow,
      level: flags.level,
      kind: flags.kind,
      name: flags.name,
      ...(flags['all-namespaces'] ? {} : { namespace: await context.namespace() }),
      ...(flags.tail < 0 ? {} : { tail: flags.tail }),
      ...(sinceTime === '' ? {} : { sinceTime }),
      ...(flags.since === 0 ? {} : { sinceSeconds: Math.max(1, Math.round(flags.since / 1000)) }),
    };
    const kube = await context.kube();
    const stream = streamEvents<unknown>(
      (emit) => readLogs(options, kube, context.signal, emit, context.progress.warning),
      context.host.signal,
    );
    return { stream, view: table(LINE, [], true) };
  },
});
export default command;

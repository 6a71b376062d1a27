import { type AnyCommand, defineCommand } from '../lib/cli/command.ts';
import { string } from '../lib/cli/flags.ts';
import { FluxError, isFluxError } from '../lib/core/errors.ts';
import { formatTraces, readExisting, resolveWords, type Trace, traceObject } from '../lib/features/inspect/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Show which Flux objects deliver an object, and from where',
  description: 'Objects are named as with kubectl. Pods and the like are traced by what owns them.',
  examples: [
    { description: 'A Deployment', command: 'flux-ts trace -n apps deployment web' },
    { description: 'Several at once', command: 'flux-ts trace -n apps pod/web-0 cm/settings' },
    { description: 'Of a certain version', command: 'flux-ts trace web --kind=Deployment --api-version=apps/v1 -n apps' },
  ],
  args: [
    { name: 'resource', required: true },
    { name: 'name', variadic: true },
  ],
  flags: {
    'api-version': string({ description: 'version of the object, such as apps/v1; with --kind' }),
    kind: string({ description: 'kind of the object; with --api-version' }),
  },
  outputs: ['table', 'json', 'yaml'],
  async run({ args, flags, context }) {
    const kube = await context.kube();
    const namespace = await context.namespace();
    const { kind, 'api-version': apiVersion } = flags;
    const isStatic = kind !== '' || apiVersion !== '';
    if (isStatic) {
      const missing =
        args[0] === undefined
          ? 'object name is required'
          : kind === ''
            ? 'object kind is required (--kind)'
            : apiVersion === ''
              ? 'object apiVersion is required (--api-version)'
              : '';
      if (missing !== '') throw new FluxError('inspect/bad-words', missing);
    }
    const refs = isStatic ? [{ apiVersion, kind, namespace, name: args[0] ?? '' }] : await resolveWords(args, namespace, kube);
    const traces: Trace[] = [];
    const failures: FluxError[] = [];
    for (const ref of refs) {
      try {
        traces.push(await traceObject(await readExisting(ref, kube), kube));
      } catch (error) {
        if (!isFluxError(error)) throw error;
        failures.push(error);
      }
    }
    const [only] = failures;
    const error =
      only === undefined || failures.length === 1
        ? only
        : new FluxError('inspect/trace-failed', `${failures.length} objects could not be traced`, { errors: failures });
    return { data: { items: traces }, text: formatTraces(traces), ...(error === undefined ? {} : { error }) };
  },
});
export default command;

import { type AnyCommand, defineCommand } from '../lib/cli/command.ts';
import { FluxError } from '../lib/core/errors.ts';
import { explainMissing, explainObject, formatExplanation, readExisting, resolveWords } from '../lib/features/inspect/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Show why an object is not ready, and what would mend it',
  description:
    'Looks down from the object to the pod or object that fails, and up to the Kustomization or HelmRelease that applied it and to its source. The object is named as with kubectl.',
  examples: [
    { description: 'A Deployment', command: 'flux-ts why deployment/web -n apps' },
    { description: 'A Kustomization', command: 'flux-ts why kustomization/web -n apps' },
  ],
  args: [
    { name: 'object', required: true },
    { name: 'name', required: false },
  ],
  flags: {},
  outputs: ['table', 'json', 'yaml'],
  async run({ args, context }) {
    const kube = await context.kube();
    const [ref, more] = await resolveWords(args, await context.namespace(), kube);
    if (ref === undefined || more !== undefined) throw new FluxError('inspect/bad-words', 'one object is explained at a time');
    const now = context.clock.now();
    const object = await kube.get(ref);
    const explanation = object === undefined ? await explainMissing(ref, kube) : await explainObject(object, kube, now);
    if (explanation === undefined) return void (await readExisting(ref, kube));
    return { data: explanation, text: formatExplanation(explanation, now) };
  },
});
export default command;

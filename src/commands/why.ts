import { type AnyCommand, defineCommand } from '../lib/cli/command.ts';
import { boolean } from '../lib/cli/flags.ts';
import type { Context } from '../lib/context.ts';
import { FluxError } from '../lib/core/errors.ts';
import {
  explainCommit,
  explainMissing,
  explainObject,
  type FetchCommit,
  formatExplanation,
  readExisting,
  resolveWords,
} from '../lib/features/inspect/index.ts';
import { readSourceCommit } from '../lib/features/reconcile/index.ts';

/** Looking for the cause must not become waiting for it. */
const GIT_TIMEOUT_MS = 10_000;
const GIT_MAX_BYTES = 64 * 1024 * 1024;

const command: AnyCommand = defineCommand({
  summary: 'Show why an object is not ready, and what would mend it',
  description:
    'Looks down from the object to the pod or object that fails, up to the Kustomization or HelmRelease that applied it and to its source, and into the commit there for the line that sets what is wrong. The object is named as with kubectl. The commit is read from the Git server for up to 10 s, with the login of the source where you may read its Secret; where that cannot be, a line says why, and the rest is shown.',
  examples: [
    { description: 'A Deployment', command: 'flux-ts why deployment/web -n apps' },
    { description: 'A Kustomization', command: 'flux-ts why kustomization/web -n apps' },
    { description: 'Without asking the Git server', command: 'flux-ts why deployment/web -n apps --git=false' },
  ],
  args: [
    { name: 'object', required: true },
    { name: 'name', required: false },
  ],
  flags: {
    git: boolean({ default: true, description: 'reads the commit from the Git server; false asks the cluster only' }),
  },
  outputs: ['table', 'json', 'yaml'],
  async run({ args, flags, context }) {
    const kube = await context.kube();
    const [ref, more] = await resolveWords(args, await context.namespace(), kube);
    if (ref === undefined || more !== undefined) throw new FluxError('inspect/bad-words', 'one object is explained at a time');
    const now = context.clock.now();
    const object = await kube.get(ref);
    const found = object === undefined ? await explainMissing(ref, kube) : await explainObject(object, kube, now);
    if (found === undefined) return void (await readExisting(ref, kube));
    const explanation = flags.git ? await explainCommit(found, kube, fetchCommitWith(context)) : found;
    return { data: explanation, text: formatExplanation(explanation, now) };
  },
});
export default command;

/** As the caller, who may be more than one that writes a source: no cloud is logged in to for a URL that somebody else wrote. */
function fetchCommitWith(context: Context): FetchCommit {
  return async (repository, revision) => {
    const [secrets, git, store] = await Promise.all([context.kube(), context.git(), context.artifacts()]);
    const ports = { secrets, git, store, world: { now: context.clock.now }, signal: context.signal };
    try {
      return await readSourceCommit(repository, revision, ports, { timeoutMs: GIT_TIMEOUT_MS, maxBytes: GIT_MAX_BYTES });
    } catch (error) {
      context.signal.throwIfAborted();
      throw error;
    }
  };
}

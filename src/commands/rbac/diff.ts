import { isAbsolute, relative, resolve, sep } from 'node:path';
import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { string, switchWithWords } from '../../lib/cli/flags.ts';
import { type Output, table } from '../../lib/cli/output.ts';
import type { Context } from '../../lib/context.ts';
import { FluxError } from '../../lib/core/errors.ts';
import { kindNamed } from '../../lib/core/kinds.ts';
import { refIn } from '../../lib/features/objects/index.ts';
import {
  diffClusterRights,
  diffLocalRights,
  filesAt,
  formatRightsDiff,
  listRightsChanges,
  RIGHTS_DIFF_VIEW,
  type RightsDiff,
} from '../../lib/features/rbac/index.ts';
import { choiceOf, isOffline, OFFLINE_FLAGS, type OfflineValues, readCrds } from '../support/offline-flags.ts';

/** What `diff` means everywhere: 1 is a difference, 2 a failure. */
const EXIT_MORE = 1;
const EXIT_FAILED = 2;

const command: AnyCommand = defineCommand({
  summary: 'Show which rights a change of a repository needs more or less',
  description:
    'Compares the smallest role of a Kustomization at two revisions: with --kustomization-file in the Git working copy that the command runs in, without asking a cluster; else of the Kustomization in the cluster, whose source is fetched at both. Exits with 0 when nothing more is needed, with 1 when something is, and with 2 when it failed.',
  examples: [
    {
      description: 'In CI, as a comment for a pull request',
      command: 'flux-ts rbac diff --kustomization-file=clusters/prod/web.yaml --from=origin/main --to=HEAD -o markdown',
    },
    { description: 'A branch, before it is merged', command: 'flux-ts rbac diff web -n apps --from=main --to=add-ingress' },
  ],
  args: [{ name: 'name', description: 'may be left out with --kustomization-file where the file has only one' }],
  flags: {
    ...OFFLINE_FLAGS,
    from: string({ description: 'revision before the change: branch, tag or commit' }),
    to: string({ description: 'revision after the change', default: 'HEAD' }),
    headroom: switchWithWords({ words: ['kinds'], description: 'kinds compares kinds in namespaces rather than names' }),
    'default-service-account': string({ description: 'account that acts where the Kustomization names none' }),
  },
  outputs: ['table', 'wide', 'json', 'yaml', 'markdown'],
  failureCode: EXIT_FAILED,
  async run({ args, flags, given, context }) {
    const { from } = flags;
    if (from === '') {
      throw new FluxError('rbac/no-revision', 'the revision before the change is not named', {
        hint: 'flux-ts rbac diff --from=main --to=HEAD …',
      });
    }
    const headroom = flags.headroom === 'kinds';
    const account = flags['default-service-account'];
    const acting = account === '' ? {} : { defaultServiceAccount: account };
    const name = args[0] ?? '';
    if (isOffline(given)) return show(await diffFiles(name, { ...flags, headroom }, given, acting, context), context);
    if (name === '') {
      throw new FluxError('objects/name-missing', 'Kustomization name is required', {
        hint: 'name the one in the cluster, or the file with it: --kustomization-file=FILE',
      });
    }
    if (!given.has('to')) {
      throw new FluxError('rbac/no-revision', 'the revision after the change is not named', {
        hint: 'a source in the cluster has no HEAD: --to=BRANCH',
      });
    }
    const ref = refIn(kindNamed('Kustomization'), await context.namespace(), name);
    return show(await diffClusterRights(ref, await context.reconcilePorts(), { from, to: flags.to, headroom }, acting), context);
  },
});
export default command;

async function diffFiles(
  name: string,
  flags: OfflineValues & { readonly from: string; readonly to: string; readonly headroom: boolean },
  given: ReadonlySet<string>,
  acting: { readonly defaultServiceAccount?: string },
  context: Context,
): Promise<RightsDiff> {
  const file = flags['kustomization-file'];
  if (file === '') {
    throw new FluxError('rbac/no-file', '--path, --crds and --substitute are for a Kustomization that is read from a file', {
      hint: 'name the file: --kustomization-file=FILE, or leave them off to ask the cluster',
    });
  }
  const { cwd } = context.host;
  const repository = await (await context.git()).openLocal(cwd);
  const inRepository = (path: string): string => {
    const inside = relative(repository.root, resolve(cwd, path));
    if (isAbsolute(inside) || inside.split(sep)[0] === '..') {
      throw new FluxError('rbac/outside-repository', `${path} is not in the repository ${repository.root}`, {
        hint: 'name what is in the working copy that the command runs in: it is read at both revisions',
      });
    }
    return `/${inside.split(sep).join('/')}`;
  };
  return await diffLocalRights(
    filesAt(repository, flags.from),
    filesAt(repository, flags.to),
    {
      from: flags.from,
      to: flags.to,
      headroom: flags.headroom,
      choice: await choiceOf(name, given, context),
      file: inRepository(file),
      path: flags.path === '' ? '' : inRepository(flags.path),
      substitute: flags.substitute,
      definitions: await readCrds(flags.crds, context),
      ...acting,
    },
    { progress: context.progress },
  );
}

function show(diff: RightsDiff, { progress }: Context): Output {
  const rows = listRightsChanges(diff);
  const { added, removed, from, to } = diff;
  const things = (list: readonly unknown[]): string => `${list.length} thing${list.length === 1 ? '' : 's'}`;
  const more = added.length === 0 ? 'no more rights' : `more rights, on ${things(added)}`;
  const less = removed.length === 0 ? '' : `, and no longer those on ${things(removed)}`;
  if (rows.length === 0)
    progress.success(`from ${from} to ${to} Kustomization/${diff.namespace}/${diff.name} needs the same rights`);
  else progress.action(`from ${from} to ${to} Kustomization/${diff.namespace}/${diff.name} needs ${more}${less}`);
  return {
    data: diff,
    view: table(RIGHTS_DIFF_VIEW, rows, rows.length === 0),
    forms: { markdown: () => formatRightsDiff(diff) },
    exitCode: diff.needsMore ? EXIT_MORE : 0,
  };
}

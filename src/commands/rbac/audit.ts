import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { choice, string, strings } from '../../lib/cli/flags.ts';
import { table } from '../../lib/cli/output.ts';
import type { Context } from '../../lib/context.ts';
import {
  type AuditReport,
  auditView,
  failureOfAudit,
  formatMarkdown,
  formatSarif,
  readCluster,
  readFiles,
  readWaivers,
  runAudit,
} from '../../lib/features/audit/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Audit what Flux and its tenants may do',
  description:
    'Goes through a check list of Flux’s security documentation and of what roles grant beyond need: wide roles, cluster-admin, token minting, readable Secrets, rights that controllers never use, unused grants and stale subjects, objects without an account, references across namespaces, sources that nobody signed, flags of the controllers, pod security and network policies. What a program cannot tell is listed with how a person can. Each finding says why it matters and how to mend it. Nothing is written, and no Secret is shown. With --filename it looks at manifests rather than at a cluster. Exits with 1 when something at least as bad as --fail-on is found.',
  examples: [
    { description: 'The cluster, as a document for a review', command: 'flux-ts rbac audit -o markdown > audit.md' },
    { description: 'A role from a tutorial, before it is applied', command: 'flux-ts rbac audit -f rbac.yaml' },
    { description: 'For code scanning', command: 'flux-ts rbac audit -f ./clusters -o sarif --fail-on=none > audit.sarif' },
  ],
  flags: {
    filename: strings({ short: 'f', description: 'files or folders with manifests, instead of the cluster; can be repeated' }),
    'fail-on': choice({
      options: ['low', 'medium', 'high', 'none'] as const,
      default: 'high' as const,
      description: 'the mildest finding that makes the command fail',
    }),
    waivers: string({ description: 'file with findings to live with for a while: a list of {id, subject, until, reason}' }),
  },
  outputs: ['table', 'wide', 'json', 'yaml', 'markdown', 'sarif'],
  async run({ flags, context }) {
    const { progress, fluxNamespace } = context;
    const waivers = flags.waivers === '' ? [] : readWaivers(await context.readTextFile(flags.waivers), flags.waivers);
    const isFiles = flags.filename.length > 0;
    const kube = isFiles ? undefined : await context.kube();
    const snapshot =
      kube === undefined
        ? readFiles(await context.readManifestFiles(flags.filename), fluxNamespace)
        : await readCluster(kube, fluxNamespace);
    const report = runAudit(snapshot, {
      now: context.clock.now(),
      waivers,
      ...(kube === undefined ? {} : { server: kube.server }),
    });
    tell(report, progress);
    const error = failureOfAudit(report, flags['fail-on'] === '' ? 'high' : flags['fail-on']);
    return {
      data: report,
      view: table(auditView(report.from), report.findings, report.findings.length === 0),
      forms: { markdown: () => formatMarkdown(report), sarif: () => formatSarif(report) },
      ...(error === undefined ? {} : { error }),
    };
  },
});
export default command;

/** What the table has no room for. */
function tell({ rows, staleWaivers, counts, from }: AuditReport, progress: Context['progress']): void {
  const ids = (result: string): readonly string[] => rows.filter((row) => row.result === result).map(({ id }) => id);
  const notRead = rows.filter(({ result }) => result === 'not-read');
  for (const { id, subject, problem, until } of staleWaivers) {
    progress.warning(
      `the waiver of ${id}${subject === undefined ? '' : ` for ${subject}`} ${problem === 'expired' ? `has run out on ${until}` : 'fits nothing'}`,
    );
  }
  if (notRead.length > 0 && from === 'cluster') {
    for (const note of new Set(notRead.map(({ note = '' }) => note))) progress.warning(`not read: ${note}`);
  }
  if (notRead.length > 0)
    progress.action(`not checked, for want of what they look at: ${notRead.map(({ id }) => id).join(', ')}`);
  progress.action(`to check by hand (-o markdown says how): ${ids('manual').join(', ')}`);
  progress.success(`passed: ${ids('passed').join(', ') || 'nothing'}`);
  const { high, medium, low, waived } = counts;
  progress.action(`${high} high, ${medium} medium, ${low} low${waived === 0 ? '' : `, ${waived} waived`}`);
}

import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { boolean, strings } from '../../lib/cli/flags.ts';
import { type Output, table } from '../../lib/cli/output.ts';
import { FluxError } from '../../lib/core/errors.ts';
import { checkObjectName } from '../../lib/features/create/index.ts';
import { checkEscape, ESCAPE_VIEW, type EscapeReport, mendsOf, summarizeEscape } from '../../lib/features/escape/index.ts';
import { readTenant } from '../../lib/features/tenant/index.ts';
import { inSandboxWith } from '../support/in-sandbox-with.ts';

const command: AnyCommand = defineCommand({
  summary: 'Try to get out of a tenant, by each way that is known',
  description:
    "Tries the escape vectors E1 to E20 under the tenant's own account: writes as dry-runs, rights as reviews, and what only Flux's controllers guard by the flags of their Deployments. Nothing is stored. With --sandbox all of it happens in a control plane that is thrown away afterwards, made from manifests, and Kustomizations are stored and reconciled for real, as the controllers would. Exits with 1 when a vector is open; each open one comes with what closes it.",
  examples: [
    { description: 'All vectors, on the cluster', command: 'flux-ts check tenant dev-team' },
    { description: 'For a pull request', command: 'flux-ts check tenant dev-team -o markdown' },
    { description: 'Two of them, with all that was tried', command: 'flux-ts check tenant dev-team --vector=E1,E3 -o yaml' },
    {
      description: 'Before anything is in a cluster',
      command: 'flux-ts check tenant dev-team --sandbox -f flux.yaml -f tenant.yaml',
    },
  ],
  args: [{ name: 'name', required: true }],
  flags: {
    filename: strings({
      short: 'f',
      description:
        'with --sandbox: file or folder with manifests, as install --export and create tenant --export print them; without Flux among them it is installed as by default; can be repeated',
    }),
    sandbox: boolean({ description: 'attacks a control plane of its own, for real' }),
    vector: strings({ description: 'vectors to try (default: all); can be repeated' }),
  },
  outputs: ['table', 'wide', 'json', 'yaml', 'markdown'],
  timeLimit: 'when-given',
  async run({ args, flags, context }) {
    const name = checkObjectName(args[0]);
    const only = flags.vector.map((id) => id.toUpperCase());
    if (!flags.sandbox && flags.filename.length > 0)
      throw new FluxError('usage/bad-value', '-f goes with --sandbox: without it the tenant in the cluster is checked');
    const report = flags.sandbox
      ? await inSandboxWith(name, flags.filename, context, (box, attackAs) => check(name, only, box, attackAs))
      : await check(name, only, context);
    for (const assumption of report.assumptions) context.progress.warning(assumption);
    return describe(report, name, context);
  },
});
export default command;

type Context = Parameters<AnyCommand['run']>[0]['context'];
type Attack = NonNullable<Parameters<typeof checkEscape>[2]['attack']>;

async function check(
  name: string,
  only: readonly string[],
  context: Context,
  attackAs?: (tenant: Parameters<typeof checkEscape>[0]) => Promise<Attack>,
): Promise<EscapeReport> {
  const kube = await context.kube();
  const found = await readTenant(kube, name);
  const tenant = { name, namespaces: found.namespaces.map((one) => one.name), accounts: found.accounts };
  return await checkEscape(tenant, kube, {
    fluxNamespace: context.fluxNamespace,
    only,
    ...(attackAs === undefined ? {} : { attack: await attackAs(tenant) }),
  });
}

function describe(report: EscapeReport, name: string, { progress }: Context): Output {
  const view = table(ESCAPE_VIEW, report.vectors);
  const summary = summarizeEscape(report);
  if (report.counts.open === 0) {
    progress.success(`tenant ${name} found no way out: ${summary}`);
    return { data: report, view };
  }
  const open = report.vectors.filter(({ verdict }) => verdict === 'open').map(({ id }) => id);
  return {
    data: report,
    view,
    error: new FluxError('escape/open', `tenant ${name} can get out: ${summary}`, {
      hint: mendsOf(report).join('\n'),
      details: { open },
    }),
  };
}

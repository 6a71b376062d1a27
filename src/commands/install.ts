import { type AnyCommand, defineCommand } from '../lib/cli/command.ts';
import { boolean } from '../lib/cli/flags.ts';
import { table } from '../lib/cli/output.ts';
import { install, INSTALL_VIEW, renderInstall } from '../lib/features/install/index.ts';
import { customManifestsOf, INSTALL_FLAGS, installPortsOf, renderOptionsOf } from './support/install-flags.ts';

const command: AnyCommand = defineCommand({
  summary: 'Install or upgrade Flux in a cluster',
  description: 'Applies the controllers and waits until they run. To keep them in Git, use "flux-ts bootstrap".',
  examples: [
    { description: 'The latest version', command: 'flux-ts install' },
    {
      description: 'Without helm-controller, as YAML',
      command: 'flux-ts install --components=source-controller,kustomize-controller --export > flux.yaml',
    },
    { description: 'In a cluster without nodes, such as a sandbox', command: 'flux-ts install --wait=false' },
  ],
  flags: {
    ...INSTALL_FLAGS,
    export: boolean({ description: 'prints the manifests instead of applying them; no cluster is asked' }),
    wait: boolean({ default: true, description: 'waits until the controllers run' }),
  },
  outputs: ['table', 'json', 'yaml', 'name'],
  timeLimit: 'own',
  async run({ flags, global, context }) {
    const options = renderOptionsOf(flags, flags.export ? global.namespace : await context.namespace());
    const custom = await customManifestsOf(flags.manifests, context);
    const manifests = await context.manifests();
    if (flags.export) {
      const rendered = await renderInstall(options, manifests, custom.customManifests);
      return { text: rendered.yaml, data: { apiVersion: 'v1', kind: 'List', items: rendered.objects }, manifests: true };
    }
    const result = await install(
      { ...options, force: flags.force, wait: flags.wait, timeoutMs: global.timeout },
      { ...(await installPortsOf(context, flags.force || global.yes)), manifests, ...custom },
    );
    return {
      data: result,
      view: table(INSTALL_VIEW, result.objects),
      names: result.objects.map((object) => object.subject),
    };
  },
});
export default command;

import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { boolean } from '../../lib/cli/flags.ts';
import { sandboxUp } from '../../lib/features/sandbox/index.ts';
import { NAME_FLAG, sandboxPorts } from '../support/sandbox-ports.ts';

const command: AnyCommand = defineCommand({
  summary: 'Bring up a real Kubernetes control plane on this machine',
  description:
    'Starts etcd, kube-apiserver and kube-controller-manager on loopback. The programs come from $KUBEBUILDER_ASSETS, the cache, the official envtest archive, or a build with the local Go, which takes some minutes once. There is no kubelet: pods do not run. One that runs is left as it is; one that lost a process is mended.',
  examples: [
    { description: 'Bring one up and use it', command: 'export KUBECONFIG=$(flux-ts sandbox up -o json | jq -r .kubeconfig)' },
    { description: 'A second one', command: 'flux-ts sandbox up --name=staging' },
  ],
  flags: {
    name: NAME_FLAG,
    audit: boolean({ description: 'notes who asks the API server for what, in the file that -o json names as auditLog' }),
  },
  outputs: ['table', 'json', 'yaml', 'name'],
  timeLimit: 'when-given',
  async run({ flags, context }) {
    const result = await sandboxUp({ name: flags.name, ...(flags.audit ? { audit: true } : {}) }, sandboxPorts(context));
    return { data: result, text: `export KUBECONFIG=${result.kubeconfig}\n`, names: [result.name] };
  },
});
export default command;

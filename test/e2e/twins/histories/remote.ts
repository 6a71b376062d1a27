import { readText } from '../../../../src/lib/core/read-object.ts';
import { configMap, type Hand, type History } from '../history.ts';

const SECRET = { apiVersion: 'v1', kind: 'Secret' } as const;

/** Stores a kubeconfig of the cluster in itself, with a token of an account, under a key. */
async function storeKubeconfig({ kube, namespace }: Hand, key: string): Promise<void> {
  const answer = (await kube.request({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/pusher/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 7_200 } },
  })) as unknown as { status: { token: string } };
  const root = await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'kube-root-ca.crt' });
  const authority = Buffer.from(readText(root, 'data', 'ca.crt')).toString('base64');
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'remote',
    clusters: [{ name: 'remote', cluster: { server: kube.server, 'certificate-authority-data': authority } }],
    users: [{ name: 'remote', user: { token: answer.status.token } }],
    contexts: [{ name: 'remote', context: { cluster: 'remote', user: 'remote' } }],
  };
  const data = { [key]: Buffer.from(JSON.stringify(kubeconfig)).toString('base64') };
  await kube.delete({ ...SECRET, namespace, name: 'remote-kubeconfig' });
  await kube.create({ ...SECRET, metadata: { name: 'remote-kubeconfig', namespace }, data });
}

const kubeConfig = { secretRef: { name: 'remote-kubeconfig' } };

/** What goes to a cluster by a kubeconfig; here that cluster is the same one. */
export const history: History = {
  name: 'remote',
  title: 'a cluster is reached by a kubeconfig in a Secret',
  kustomizations: {
    app: { kubeConfig, wait: true },
    tenant: { kubeConfig, serviceAccountName: 'tenant' },
    keyed: { kubeConfig: { secretRef: { name: 'remote-kubeconfig', key: 'other' } } },
  },
  prepare: async (hand) => {
    const { kube, namespace } = hand;
    for (const name of ['pusher', 'tenant']) {
      await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
    }
    for (const [name, role] of [
      ['pusher', 'cluster-admin'],
      ['tenant', 'edit'],
    ] as const) {
      await kube.create({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: name === 'pusher' ? 'ClusterRoleBinding' : 'RoleBinding',
        metadata: { name: `${namespace}-${name}`, ...(name === 'pusher' ? {} : { namespace }) },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
        subjects: [{ kind: 'ServiceAccount', name, namespace }],
      });
    }
    await storeKubeconfig(hand, 'value');
  },
  steps: [
    {
      title: 'there',
      commit: {
        'app/one.yaml': configMap('one', { a: '1' }),
        'app/two.yaml': configMap('two', { a: '1' }),
        'tenant/three.yaml': configMap('three', { a: '1' }),
        'keyed/four.yaml': configMap('four', { a: '1' }),
      },
      ready: { keyed: 'False ReconciliationFailed' },
    },
    {
      title: 'changed and pruned there',
      commit: { 'app/one.yaml': configMap('one', { a: '2' }), 'app/two.yaml': null, 'tenant/three.yaml': configMap('three', {}) },
      ready: { keyed: 'False ReconciliationFailed' },
    },
    {
      title: 'the kubeconfig is under another key',
      before: (hand) => storeKubeconfig(hand, 'other'),
      ready: { app: 'False ReconciliationFailed', tenant: 'False ReconciliationFailed' },
    },
    {
      title: 'and there again',
      before: (hand) => storeKubeconfig(hand, 'value.yaml'),
      ready: { keyed: 'False ReconciliationFailed' },
    },
    { title: 'deleted, with what is there', remove: ['app', 'tenant'], ready: { keyed: 'False ReconciliationFailed' } },
  ],
};

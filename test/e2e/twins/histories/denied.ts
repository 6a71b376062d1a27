import { configMap, type Hand, type History } from '../history.ts';

async function grant({ kube, namespace }: Hand, resources: readonly string[]): Promise<void> {
  const rules = [{ apiGroups: [''], resources: [...resources], verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'] }];
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'tenant', namespace }, rules };
  await kube.apply(role, { fieldManager: 'test' });
}

const SECRET = '---\napiVersion: v1\nkind: Secret\nmetadata: {name: two}\nstringData: {a: b}\n';

/** A tenant with too few rights. */
export const history: History = {
  name: 'denied',
  title: 'rights are denied under a service account, then granted',
  kustomizations: { app: { serviceAccountName: 'tenant' }, ghost: { serviceAccountName: 'nobody' } },
  prepare: async (hand) => {
    const { kube, namespace } = hand;
    await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'tenant', namespace } });
    await grant(hand, ['configmaps']);
    await kube.create({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'tenant', namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'tenant' },
      subjects: [{ kind: 'ServiceAccount', name: 'tenant', namespace }],
    });
  },
  steps: [
    { title: 'what is granted', commit: { 'app/one.yaml': configMap('one', { a: '1' }), 'ghost/none.yaml': '# nothing\n' } },
    {
      title: 'a Secret that is not',
      commit: { 'app/one.yaml': configMap('one', { a: '2' }), 'app/two.yaml': SECRET, 'ghost/conf.yaml': configMap('ghost', {}) },
      ready: { app: 'False ReconciliationFailed', ghost: 'False ReconciliationFailed' },
    },
    {
      title: 'granted',
      before: (hand) => grant(hand, ['configmaps', 'secrets']),
      ready: { ghost: 'False ReconciliationFailed' },
    },
    {
      title: 'taken away, and then it is to be pruned',
      before: (hand) => grant(hand, ['configmaps']),
      commit: { 'app/two.yaml': null, 'ghost/conf.yaml': null },
      // Upstream finds out while it prunes; a driven run asks first.
      ready: { app: 'False ' },
    },
    { title: 'granted again', before: (hand) => grant(hand, ['configmaps', 'secrets']) },
  ],
};

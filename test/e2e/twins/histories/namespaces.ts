import { configMap, type History } from '../history.ts';

const namespaceYaml = (name: string, labels = ''): string =>
  `---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: {${labels}}}\n`;

const inNamespace = (name: string, namespace: string, value: string): string =>
  `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: ${namespace}}\ndata: {value: "${value}"}\n`;

/** Namespaces and what is in them, in one commit; without a target namespace. */
export const history: History = {
  name: 'namespaces',
  title: 'namespaces come and go with what is in them',
  kustomizations: { app: { targetNamespace: null }, lost: { targetNamespace: null } },
  steps: [
    {
      title: 'two come; elsewhere an object has none',
      commit: {
        'app/all.yaml':
          inNamespace('a', 'twin-namespaces-a', '1') +
          namespaceYaml('twin-namespaces-a') +
          namespaceYaml('twin-namespaces-b', 'team: b') +
          inNamespace('b', 'twin-namespaces-b', '1'),
        'lost/all.yaml': configMap('lost', {}),
      },
      ready: { lost: 'False ReconciliationFailed' },
    },
    {
      title: 'a label and a value change; elsewhere the namespace is not there',
      commit: {
        'app/all.yaml':
          namespaceYaml('twin-namespaces-a', 'team: a') +
          inNamespace('a', 'twin-namespaces-a', '2') +
          namespaceYaml('twin-namespaces-b', 'team: b') +
          inNamespace('b', 'twin-namespaces-b', '1'),
        'lost/all.yaml': inNamespace('lost', 'twin-namespaces-missing', '1'),
      },
      ready: { lost: 'False ReconciliationFailed' },
    },
    {
      title: 'one goes with its object',
      commit: {
        'app/all.yaml': namespaceYaml('twin-namespaces-a', 'team: a') + inNamespace('a', 'twin-namespaces-a', '2'),
        'lost/all.yaml': null,
        'lost/none.txt': '',
      },
    },
  ],
};

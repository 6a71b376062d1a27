import { configMap, type History } from '../history.ts';

const broken = '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: first}\ndata: {a: 1}\n';

/** Dependencies. */
export const history: History = {
  name: 'chain',
  title: 'a chain of dependencies, whose beginning fails and is mended',
  kustomizations: {
    third: { dependsOn: [{ name: 'second' }] },
    second: { dependsOn: [{ name: 'first' }] },
    first: {},
  },
  steps: [
    {
      title: 'begin',
      commit: Object.fromEntries(['first', 'second', 'third'].map((name) => [`${name}/conf.yaml`, configMap(name, { a: '1' })])),
    },
    {
      title: 'the first fails',
      commit: { 'first/conf.yaml': broken, 'third/conf.yaml': configMap('third', { a: '2' }) },
      ready: {
        first: 'False ReconciliationFailed',
        second: 'False DependencyNotReady',
        third: 'False DependencyNotReady',
      },
    },
    {
      title: 'the first is mended',
      commit: { 'first/conf.yaml': configMap('first', { a: '2' }) },
    },
  ],
};

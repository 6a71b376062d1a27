import { configMap, type History } from '../history.ts';

/** Variables from all places. */
export const history: History = {
  name: 'substitution',
  title: 'variables from the spec, ConfigMaps and Secrets',
  kustomizations: {
    app: {
      postBuild: {
        substitute: { inline: 'one', shared: 'inline', quote: '"', number: '3' },
        substituteFrom: [
          { kind: 'ConfigMap', name: 'vars' },
          { kind: 'Secret', name: 'secret-vars' },
          { kind: 'ConfigMap', name: 'missing', optional: true },
        ],
      },
    },
    always: { postBuild: { substituteStrategy: 'Always' } },
    needs: { postBuild: { substituteFrom: [{ kind: 'Secret', name: 'later' }] } },
  },
  prepare: async ({ kube, namespace }) => {
    await kube.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'vars', namespace },
      data: { shared: 'map', mapped: 'two\nlines' },
    });
    await kube.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'secret-vars', namespace },
      stringData: { shared: 'secret', hidden: 'four' },
    });
  },
  steps: [
    {
      title: 'begin; one lacks its Secret',
      commit: {
        'app/conf.yaml': configMap('conf', {
          a: '${inline}',
          b: '${shared}',
          c: '${mapped}',
          d: '${hidden}',
          e: '${none:=default}',
          f: '$${kept}',
          g: '${quote}${number}${quote}',
        }),
        'app/key.yaml': configMap('conf-${inline}', { '${inline}': '${inline^^}' }),
        'always/conf.yaml': configMap('always', { a: '${none:=default}' }),
        'needs/conf.yaml': configMap('needs', { a: '${late}' }),
      },
      ready: { needs: 'False BuildFailed' },
    },
    {
      title: 'the Secret comes and a value changes',
      before: async ({ kube, namespace }) => {
        await kube.create({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'later', namespace },
          stringData: { late: 'now' },
        });
        await kube.patch(
          { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'vars' },
          { data: { mapped: 'new' } },
          { type: 'merge' },
        );
      },
    },
    {
      title: 'a variable that nobody set',
      commit: {
        'app/more.yaml': configMap('more', { a: '${nobody}' }),
        'always/conf.yaml': configMap('always', { a: '${none}' }),
      },
      ready: { app: 'False BuildFailed', always: 'False BuildFailed' },
    },
    {
      title: 'a number where a text must be',
      commit: { 'app/more.yaml': configMap('more', { a: '${number}' }), 'always/conf.yaml': configMap('always', { a: 'fixed' }) },
      ready: { app: 'False ReconciliationFailed' },
    },
    {
      title: 'a bad name',
      specs: { app: { postBuild: { substitute: { 'bad-name': 'x' } } } },
      ready: { app: 'False BuildFailed' },
    },
    { title: 'mended', commit: { 'app/more.yaml': null }, ready: { app: 'False BuildFailed' } },
    { title: 'mended for good', specs: { app: { postBuild: { substitute: { 'bad-name': null } } } } },
  ],
};

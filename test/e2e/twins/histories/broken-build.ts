import { configMap, type History } from '../history.ts';

/** Builds that fail, each in a way of its own, and are mended. */
export const history: History = {
  name: 'broken-build',
  title: 'builds fail and are mended',
  kustomizations: { yaml: {}, missing: {}, path: {}, duplicate: {}, object: {}, good: {} },
  steps: [
    {
      title: 'begin',
      commit: Object.fromEntries(
        ['yaml', 'missing', 'path', 'duplicate', 'object', 'good'].map((name) => [
          `${name}/conf.yaml`,
          configMap(name, { a: '1' }),
        ]),
      ),
    },
    {
      title: 'all but one fail',
      commit: {
        'yaml/conf.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: yaml\n',
        'missing/kustomization.yaml': 'resources: [conf.yaml, nowhere.yaml]\n',
        'path/conf.yaml': null,
        'duplicate/more.yaml': configMap('duplicate', {}),
        'object/values.yaml': 'just: values\n',
        'good/conf.yaml': configMap('good', { a: '2' }),
      },
      ready: {
        yaml: 'False BuildFailed',
        missing: 'False BuildFailed',
        path: 'False ArtifactFailed',
        duplicate: 'False BuildFailed',
        object: 'False BuildFailed',
      },
    },
    {
      title: 'all are mended',
      commit: {
        'yaml/conf.yaml': configMap('yaml', { a: '3' }),
        'missing/kustomization.yaml': 'resources: [conf.yaml]\n',
        'path/other.yaml': configMap('path', { a: '3' }),
        'duplicate/more.yaml': null,
        'object/values.yaml': null,
      },
    },
  ],
};

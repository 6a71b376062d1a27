import { configMap, type History } from '../history.ts';

const DEPLOYMENT = `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: example.com/web:1}]}}
`;

/** What the spec does to the objects. */
export const history: History = {
  name: 'fields',
  title: 'fields of the spec change the objects',
  kustomizations: { app: {} },
  steps: [
    {
      title: 'begin',
      commit: {
        'app/web.yaml': DEPLOYMENT,
        'app/conf.yaml': configMap('conf', { a: '1' }),
        'extra/kustomization.yaml':
          'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations: {extra: "yes"}\n',
      },
    },
    { title: 'common metadata', specs: { app: { commonMetadata: { labels: { team: 'a' }, annotations: { note: 'b' } } } } },
    {
      title: 'images and patches',
      specs: {
        app: {
          images: [{ name: 'example.com/web', newTag: '2' }],
          patches: [{ patch: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata: {patched: "yes"}\n' }],
        },
      },
    },
    { title: 'a prefix: all are made anew', specs: { app: { namePrefix: 'new-' } } },
    { title: 'components', specs: { app: { components: ['../extra'], namePrefix: null, commonMetadata: null } } },
  ],
};

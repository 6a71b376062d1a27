import { configMap, type History } from '../history.ts';

const DEPLOYMENT = `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: nginx}]}}
`;

const COMMIT = {
  'app/conf.yaml': configMap('conf', { value: 'git' }, { note: 'git' }),
  'app/gone.yaml': configMap('gone', { value: 'git' }),
  'app/web.yaml': DEPLOYMENT,
};

const CONF = { apiVersion: 'v1', kind: 'ConfigMap', name: 'conf' };
const WEB = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };

/** Hands of others on what Flux applied. */
export const history: History = {
  name: 'drift',
  title: 'fields that others change, add, take or remove',
  kustomizations: { app: {} },
  steps: [
    { title: 'begin', commit: COMMIT },
    {
      title: 'kubectl edit changes and adds',
      before: async ({ kube, namespace }) => {
        const patch = {
          metadata: { annotations: { note: 'edited', mine: 'yes' }, labels: { mine: 'yes' } },
          data: { value: 'edited', extra: 'edited' },
        };
        await kube.patch({ ...CONF, namespace }, patch, { type: 'merge', fieldManager: 'kubectl-edit' });
      },
    },
    {
      title: 'another controller adds fields of its own',
      before: async ({ kube, namespace }) => {
        const object = { ...CONF, metadata: { name: 'conf', namespace, labels: { theirs: 'yes' } }, data: { theirs: 'yes' } };
        const { name: _name, ...applied } = object;
        await kube.apply(applied, { fieldManager: 'other-controller' });
        await kube.patch(
          { ...WEB, namespace },
          { metadata: { annotations: { theirs: 'yes' } } },
          { type: 'merge', fieldManager: 'other-controller' },
        );
      },
    },
    {
      title: 'another controller takes a field by force, somebody scales',
      before: async ({ kube, namespace }) => {
        const applied = {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'conf', namespace },
          data: { value: 'theirs', theirs: 'yes' },
        };
        await kube.apply(applied, { fieldManager: 'other-controller', force: true });
        await kube.patch(
          { ...WEB, namespace },
          { spec: { replicas: 1 } },
          { type: 'merge', subresource: 'scale', fieldManager: 'kubectl' },
        );
      },
    },
    {
      title: 'owner labels are taken off and an object is deleted',
      before: async ({ kube, namespace }) => {
        const labels = { 'kustomize.toolkit.fluxcd.io/name': null };
        await kube.patch({ ...CONF, namespace }, { metadata: { labels } }, { type: 'merge', fieldManager: 'kubectl-label' });
        await kube.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'gone' });
      },
    },
    {
      title: 'finalizers and owners come, which are nobody’s drift',
      before: async ({ kube, namespace }) => {
        await kube.patch(
          { ...CONF, namespace },
          { metadata: { finalizers: ['example.com/hold'] } },
          { type: 'merge', fieldManager: 'holder' },
        );
      },
    },
    {
      title: 'what has a finalizer is pruned',
      commit: { 'app/conf.yaml': null },
      check: async ({ kube, namespace }) => {
        await kube.patch({ ...CONF, namespace }, { metadata: { finalizers: null } }, { type: 'merge', fieldManager: 'holder' });
      },
    },
  ],
};

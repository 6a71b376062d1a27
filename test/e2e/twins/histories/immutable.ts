import { configMap, type History } from '../history.ts';

const FORCE = { 'kustomize.toolkit.fluxcd.io/force': 'enabled' };

function locked(name: string, value: string, annotations: Record<string, string> = {}): string {
  return `---\n${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, annotations }, immutable: true, data: { value } })}\n`;
}

function deployment(label: string): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0
  selector: {matchLabels: {app: ${label}}}
  template: {metadata: {labels: {app: ${label}}}, spec: {containers: [{name: web, image: nginx}]}}
`;
}

/** Changes that the API server refuses. */
export const history: History = {
  name: 'immutable',
  title: 'immutable fields change, without and with force',
  kustomizations: { app: {} },
  steps: [
    { title: 'begin', commit: { 'app/conf.yaml': locked('conf', '1'), 'app/other.yaml': configMap('other', { value: '1' }) } },
    {
      title: 'change without force: nothing of the stage is applied',
      commit: {
        'app/conf.yaml': locked('conf', '2'),
        'app/other.yaml': configMap('other', { value: '2' }),
        'app/new.yaml': configMap('new', {}),
      },
      ready: { app: 'False ReconciliationFailed' },
    },
    { title: 'the same again', ready: { app: 'False ReconciliationFailed' } },
    { title: 'force on the object', commit: { 'app/conf.yaml': locked('conf', '2', FORCE), 'app/web.yaml': deployment('one') } },
    { title: 'a selector changes', commit: { 'app/web.yaml': deployment('two') }, ready: { app: 'False ReconciliationFailed' } },
    { title: 'force on the Kustomization', specs: { app: { force: true } } },
  ],
};

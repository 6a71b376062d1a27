import { configMap, type History } from '../history.ts';

/** A dependency that is not there. */
export const history: History = {
  name: 'lonely',
  title: 'a dependency that is not there, and comes off',
  kustomizations: { app: { dependsOn: [{ name: 'nobody' }] } },
  steps: [
    {
      title: 'begin',
      commit: { 'app/conf.yaml': configMap('conf', { a: '1' }) },
      ready: { app: 'False DependencyNotReady' },
    },
    { title: 'it depends on nobody any more', specs: { app: { dependsOn: null } } },
  ],
};

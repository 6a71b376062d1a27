import { configMap, type History } from '../history.ts';

/** Suspend and resume. */
export const history: History = {
  name: 'suspended',
  title: 'suspend, commit, resume',
  kustomizations: { app: {}, other: {} },
  steps: [
    {
      title: 'begin',
      commit: { 'app/conf.yaml': configMap('conf', { a: '1' }), 'other/conf.yaml': configMap('other', { a: '1' }) },
    },
    { title: 'suspend', specs: { app: { suspend: true } } },
    {
      title: 'commit',
      commit: {
        'app/conf.yaml': configMap('conf', { a: '2' }),
        'app/new.yaml': configMap('new', {}),
        'other/conf.yaml': configMap('other', { a: '2' }),
      },
    },
    { title: 'asked in vain' },
    { title: 'resume', specs: { app: { suspend: null } } },
    { title: 'suspend and change the path', specs: { app: { suspend: true, path: './other' } } },
    { title: 'deleted while suspended', remove: ['app'] },
  ],
};

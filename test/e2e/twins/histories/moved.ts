import { configMap, type History } from '../history.ts';

/** Objects that change hands between Kustomizations, where the order is given: the new owner first, and the old one first. */
export const history: History = {
  name: 'moved',
  title: 'objects move from one Kustomization to another',
  kustomizations: { first: {}, second: { dependsOn: [{ name: 'first' }] } },
  steps: [
    {
      title: 'begin',
      commit: {
        'first/a.yaml': configMap('a', { by: 'first' }),
        'second/b.yaml': configMap('b', { by: 'second' }),
        'second/c.yaml': configMap('c', {}),
      },
    },
    { title: 'to the one that goes first', commit: { 'first/b.yaml': configMap('b', { by: 'first' }), 'second/b.yaml': null } },
    {
      title: 'to the one that goes second',
      commit: {
        'first/a.yaml': null,
        'first/b.yaml': configMap('b', { by: 'first' }),
        'second/a.yaml': configMap('a', { by: 'second' }),
      },
    },
    { title: 'nothing new' },
    {
      title: 'both want it',
      commit: { 'first/c.yaml': configMap('c', { by: 'first' }), 'first/keep.yaml': configMap('keep', {}) },
    },
    { title: 'pruning is switched off', specs: { first: { prune: false } } },
    { title: 'and something goes', commit: { 'first/b.yaml': null, 'first/c.yaml': null } },
  ],
};

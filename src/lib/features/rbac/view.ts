import type { View } from '../../core/view.ts';
import type { AccessDenial } from './check-kustomization-access.ts';

/** The columns of what is denied. */
export const DENIALS_VIEW: View<AccessDenial> = [
  { title: 'VERBS', value: ({ verbs }) => verbs.join(', ') },
  { title: 'RESOURCE', value: ({ resource }) => resource },
  { title: 'NAMESPACE', value: ({ namespace }) => namespace ?? '(cluster)' },
  { title: 'OBJECT', value: ({ subject }) => `${subject.kind}/${subject.name}` },
  { title: 'FOR', value: ({ why }) => why.join(', '), wide: true },
];

import type { History } from '../history.ts';

const GROUP = 'twin-definitions.example.com';

function definition(extra: string): string {
  return `---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.${GROUP}}
spec:
  group: ${GROUP}
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, properties: {size: {type: integer}${extra}}}
`;
}

function widget(name: string, spec: string): string {
  return `---\napiVersion: ${GROUP}/v1\nkind: Widget\nmetadata: {name: ${name}, annotations: {}}\nspec: ${spec}\n`;
}

/** A definition and what it defines, in one commit each time. */
export const history: History = {
  name: 'definitions',
  title: 'a CRD and its resources come and go in one commit',
  kustomizations: { app: {} },
  steps: [
    { title: 'both come', commit: { 'app/all.yaml': widget('one', '{size: 1}') + definition('') + widget('two', '{size: 2}') } },
    {
      title: 'both change',
      commit: {
        'app/all.yaml':
          widget('one', '{size: 1, colour: red}') + definition(', colour: {type: string}') + widget('two', '{size: 3}'),
      },
    },
    { title: 'a resource goes', commit: { 'app/all.yaml': definition(', colour: {type: string}') + widget('two', '{size: 3}') } },
    {
      title: 'a resource that the definition refuses',
      commit: { 'app/all.yaml': definition(', colour: {type: string}') + widget('two', '{size: three}') },
      ready: { app: 'False ReconciliationFailed' },
    },
    { title: 'both go', commit: { 'app/all.yaml': '# nothing\n' } },
  ],
};

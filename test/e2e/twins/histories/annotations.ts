import { configMap, type History } from '../history.ts';

const PREFIX = 'kustomize.toolkit.fluxcd.io';

/** Name of an object, and what is written on it. */
const MARKS: Readonly<Record<string, Record<string, string>>> = {
  'prune-disabled': { [`${PREFIX}/prune`]: 'disabled' },
  'prune-upper': { [`${PREFIX}/prune`]: 'Disabled' },
  'prune-enabled': { [`${PREFIX}/prune`]: 'enabled' },
  'ssa-override': { [`${PREFIX}/ssa`]: 'Override' },
  'ssa-merge': { [`${PREFIX}/ssa`]: 'Merge' },
  'ssa-if-not-present': { [`${PREFIX}/ssa`]: 'IfNotPresent' },
  'ssa-ignore': { [`${PREFIX}/ssa`]: 'Ignore' },
  'reconcile-disabled': { [`${PREFIX}/reconcile`]: 'disabled' },
  'reconcile-enabled': { [`${PREFIX}/reconcile`]: 'enabled' },
  'substitute-disabled': { [`${PREFIX}/substitute`]: 'disabled' },
  'substitute-upper': { [`${PREFIX}/substitute`]: 'Disabled' },
  'force-disabled': { [`${PREFIX}/force`]: 'disabled' },
};

const files = (value: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(MARKS).map(([name, marks]) => [`app/${name}.yaml`, configMap(name, { value, who: '${who}' }, marks)]),
  );

/** Annotations in Git and in the cluster. */
export const history: History = {
  name: 'annotations',
  title: "Flux's annotations in all their values",
  kustomizations: { app: { postBuild: { substitute: { who: 'me' } } } },
  steps: [
    { title: 'create', commit: files('1') },
    {
      title: 'kubectl adds fields to all',
      before: async ({ kube, namespace }) => {
        for (const name of Object.keys(MARKS)) {
          const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name };
          if ((await kube.get(ref)) === undefined) continue;
          await kube.patch(ref, { data: { value: 'edited', extra: 'edited' } }, { type: 'merge', fieldManager: 'kubectl-edit' });
        }
      },
    },
    { title: 'change', commit: files('2') },
    {
      title: 'annotated in the cluster only, then a commit changes it',
      commit: files('3'),
      before: async ({ kube, namespace }) => {
        const mark = async (name: string, annotations: Record<string, string>): Promise<void> => {
          const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name };
          await kube.patch(ref, { metadata: { annotations } }, { type: 'merge', fieldManager: 'kubectl-annotate' });
        };
        await mark('ssa-override', { [`${PREFIX}/reconcile`]: 'disabled' });
        await mark('reconcile-enabled', { [`${PREFIX}/ssa`]: 'ignore' });
        await mark('prune-enabled', { [`${PREFIX}/prune`]: 'disabled' });
        await mark('force-disabled', { [`${PREFIX}/ssa`]: 'IfNotPresent' });
      },
    },
    {
      title: 'remove all',
      commit: { ...Object.fromEntries(Object.keys(files('')).map((path) => [path, null])), 'app/empty.yaml': '# nothing\n' },
    },
  ],
};

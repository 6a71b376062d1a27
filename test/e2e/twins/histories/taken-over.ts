import { configMap, type Hand, type History } from '../history.ts';

/** What hands made before Flux: by name the field manager, and whether it was server-side. */
const MADE: readonly (readonly [name: string, manager: string, how: 'create' | 'apply'])[] = [
  ['by-kubectl-apply', 'kubectl-client-side-apply', 'create'],
  ['by-kubectl-create', 'kubectl-create', 'create'],
  ['by-kubectl-server-side', 'kubectl', 'apply'],
  ['by-helm', 'helm', 'create'],
  ['by-flux-cli', 'flux', 'apply'],
  ['by-other-apply', 'somebody', 'apply'],
  ['by-old-flux', 'kustomize-controller', 'create'],
  ['before-first-apply', 'before-first-apply', 'create'],
];

/** Makes the objects the way that kubectl and others do, with a field more than Git will have. */
async function makeByHand({ kube, namespace }: Hand): Promise<void> {
  for (const [name, manager, how] of MADE) {
    const data = { value: 'by hand', extra: 'by hand' };
    const annotations: Record<string, string> = { mine: 'yes' };
    if (name === 'by-kubectl-apply')
      annotations['kubectl.kubernetes.io/last-applied-configuration'] = '{"data":{"extra":"by hand"}}';
    if (name === 'by-old-flux') annotations['kustomize.toolkit.fluxcd.io/checksum'] = 'abc';
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace, annotations, labels: { mine: 'yes', 'fluxcd.io/sync-gc-mark': 'x' } },
      data,
    };
    if (how === 'create') await kube.create(object, { fieldManager: manager });
    else await kube.apply(object, { fieldManager: manager });
  }
  // One that kubectl applied to after somebody else had made it, so that two entries are to be united.
  const twice = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'by-both', namespace },
    data: { value: 'a', first: 'a' },
  };
  await kube.create(twice, { fieldManager: 'kubectl-create' });
  await kube.apply({ ...twice, data: { value: 'b', second: 'b' } }, { fieldManager: 'kubectl', force: true });
}

const files = (value: string): Record<string, string> =>
  Object.fromEntries([...MADE.map(([name]) => name), 'by-both'].map((name) => [`app/${name}.yaml`, configMap(name, { value })]));

/** Objects that were there before. */
export const history: History = {
  name: 'taken-over',
  title: 'objects that others made before are taken over',
  kustomizations: { app: {} },
  prepare: makeByHand,
  steps: [
    { title: 'take over', commit: files('from Git') },
    { title: 'change', commit: files('newer') },
    { title: 'nothing new' },
    {
      title: 'remove',
      commit: Object.fromEntries(Object.keys(files('')).map((path) => [path, null])),
      ready: { app: 'False ArtifactFailed' },
    },
    { title: 'remove for good', commit: { 'app/empty.yaml': '# nothing\n' } },
  ],
};

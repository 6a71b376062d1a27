import type { JsonObject } from '../../src/lib/core/json.ts';
import { emitYaml } from '../../src/lib/core/yaml/index.ts';
import type { Random } from '../kill/random.ts';

/** What `build kustomization` is run on: files, and the words of the command. */
export interface CliTree {
  readonly files: Readonly<Record<string, string>>;
  readonly words: readonly string[];
}

const MANIFESTS: readonly string[] = [
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: conf\n  namespace: ${ns}\ndata:\n  a: "${A}"\n  b: ${B:=5}\n  c: $${A}\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: by-annotation\n  annotations:\n    kustomize.toolkit.fluxcd.io/substitute: disabled\ndata:\n  a: "${A}"\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: by-label\n  labels:\n    kustomize.toolkit.fluxcd.io/substitute: disabled\ndata:\n  a: "${A}"\n',
  'apiVersion: v1\nkind: Secret\nmetadata:\n  name: plain\nstringData:\n  password: hunter2\ndata:\n  x: aGVsbG8=\n',
  'apiVersion: v1\nkind: Secret\nmetadata:\n  name: encrypted\ndata:\n  x: ENC[AES256_GCM,data:abc,iv:x,tag:y,type:str]\nsops:\n  mac: x\n  version: 3.9.0\n',
  'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  labels: {app: web}\nspec:\n  replicas: ${R}\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - name: web\n        image: nginx:1.2\n        env:\n        - {name: X, value: "${A}"}\n',
  'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: apps\n',
  'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n  - port: 80\n  selector: {app: web}\n',
  'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: reader\nrules:\n- apiGroups: [""]\n  resources: [pods]\n  verbs: [get]\n',
  'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: child\n  namespace: flux-system\nspec:\n  interval: 1m\n  path: ./child\n  prune: true\n  sourceRef: {kind: GitRepository, name: flux-system}\n',
  'apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: w\nspec:\n  ref: {name: conf}\n  image: nginx:1.2\n',
  'not: an object\n',
  'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: in-list}\n',
  '# only a comment\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: local\n  annotations:\n    config.kubernetes.io/local-config: "true"\n',
];

const PATCHES: readonly JsonObject[] = [
  { patch: 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 3\n' },
  { patch: '- op: add\n  path: /metadata/labels/p\n  value: "1"\n', target: { kind: 'Deployment' } },
  { patch: '- op: replace\n  path: /data/a\n  value: patched\n', target: { kind: 'ConfigMap', name: 'conf.*' } },
  { patch: '$patch: delete\napiVersion: v1\nkind: Secret\nmetadata:\n  name: plain\n' },
  { patch: '- op: remove\n  path: /nope\n', target: { kind: 'Service' } },
];

/** A Kustomization in a file, with what it applies in a folder. */
export function cliTree(random: Random): CliTree {
  const on = (chance: number): boolean => random.next() < chance;
  const files: Record<string, string> = {};
  const names = random.sample(MANIFESTS, 1 + random.below(5)).map((text, index) => {
    const name = `${random.pick(['', '', 'sub/'])}f${index}.${random.pick(['yaml', 'yaml', 'yml'])}`;
    files[`app/${name}`] = `${on(0.2) ? '---\n' : ''}${text}`;
    return name;
  });
  if (on(0.5)) {
    files['app/kustomization.yaml'] = emitYaml({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: names,
      ...(on(0.2) ? { namespace: 'base' } : {}),
      ...(on(0.2) ? { labels: [{ pairs: { l: 'v' }, includeSelectors: on(0.5) }] } : {}),
      ...(on(0.2) ? { configMapGenerator: [{ name: 'made', literals: ['a=${A}', 'b=1'] }] } : {}),
    });
  }
  if (on(0.1)) files['app/notes.txt'] = 'no manifest';
  if (on(0.1)) files['app/.sourceignore'] = 'f0*\n';
  files['part/kustomization.yaml'] =
    'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations:\n  part: "yes"\n';
  const other = on(0.1) ? 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other\n---\n' : '';
  files['ks.yaml'] = `${other}${emitYaml({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'web', namespace: 'flux-system' },
    spec: kustomizationSpec(random),
  })}`;
  const words = ['build', 'kustomization', 'web', '--path=./app', '--kustomization-file=ks.yaml', '--dry-run'];
  if (on(0.4)) words.push('--strict-substitute');
  if (on(0.15)) words.push('--ignore-paths=f1*');
  if (on(0.3)) words.push('--in-memory-build');
  return { files, words };
}

function kustomizationSpec(random: Random): JsonObject {
  const on = (chance = 0.3): boolean => random.next() < chance;
  const values = ['alpha', 'yes', '1', 'a: b', 'x\ny', '${B}', 'q"q'];
  const substitute = {
    ...(on(0.8) ? { A: random.pick(values) } : {}),
    ...(on(0.8) ? { R: '2' } : {}),
    ...(on(0.7) ? { ns: 'sub' } : {}),
    ...(on(0.1) ? { 'bad-name': 'x' } : {}),
  };
  const from = { substituteFrom: [{ kind: 'ConfigMap', name: 'vars', optional: true }] };
  const image = { name: 'nginx', newTag: random.pick(['1.9', '1.0', '"1"']), ...(on() ? { newName: 'reg.io/nginx' } : {}) };
  return {
    interval: '1m',
    path: './app',
    prune: true,
    sourceRef: { kind: 'GitRepository', name: 'flux-system' },
    ...(on() ? { targetNamespace: random.pick(['team', 'a-b']) } : {}),
    ...(on() ? { namePrefix: random.pick(['pre-', 'x']) } : {}),
    ...(on() ? { nameSuffix: '-suf' } : {}),
    ...(on() ? { commonMetadata: { labels: { team: 'x', n: '1' }, annotations: { 'a.b/c': 'yes' } } } : {}),
    ...(on() ? { images: [image, ...(on(0.2) ? [{ name: 'web', digest: 'sha256:abc' }] : [])] } : {}),
    ...(on() ? { patches: [random.pick(PATCHES)] } : {}),
    ...(on(0.5) ? { postBuild: { substitute, ...(on() ? from : {}) } } : {}),
    ...(on(0.15) ? { components: ['../part'] } : {}),
    ...(on(0.1) ? { decryption: { provider: 'sops' } } : {}),
  };
}

import fc from 'fast-check';
import { emitYaml } from '../../src/lib/core/yaml/index.ts';
import { apiVersionOf, NAMES, NAMESPACES, type ResourceSeed, resourceSeed, writeResource } from './kustomize-resources.ts';
import { placeScalar, scalarText } from './odd-scalars.ts';

/** Files to be built. */
export interface Tree {
  readonly files: Readonly<Record<string, string>>;
  /** The directory to build, relative. */
  readonly root: string;
}

type Json = Parameters<typeof emitYaml>[0];

/** Mostly absent: with many fields at once hardly a tree could be built. */
function seldom<T>(arbitrary: fc.Arbitrary<T>, weight = 1): fc.Arbitrary<T | undefined> {
  const absent = { weight: 6, arbitrary: fc.constant(undefined) };
  return fc.oneof({ withCrossShrink: true }, absent, { weight, arbitrary });
}

/** Leaves out members that are `undefined`. */
function present(map: Readonly<Record<string, unknown>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(map).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

/** Which of the resources so far a field is about. */
const pick = fc.nat({ max: 20 });
const value = fc.constantFrom('web', 'true', '1', '', 'a b', '0755', 'y', '$(VAR)', 'é: "x"', '1.0');
const labelMap = fc.dictionary(fc.constantFrom('app', 'env', 'example.com/team'), value, { minKeys: 1, maxKeys: 2 });

const labels = fc.array(
  fc.record({ pairs: labelMap, includeSelectors: fc.boolean(), includeTemplates: fc.boolean() }, { requiredKeys: ['pairs'] }),
  { minLength: 1, maxLength: 2 },
);

const images = fc.array(
  fc.record(
    {
      name: fc.constantFrom('registry.example.com/team/app', 'nginx', 'busybox', 'app', 'ngin.'),
      newName: fc.constantFrom('other.example.com/x', 'y'),
      newTag: fc.constantFrom('2.0', '1', 'latest', ''),
      digest: fc.constant('sha256:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210'),
      tagSuffix: fc.constant('-debug'),
    },
    { requiredKeys: ['name'] },
  ),
  { minLength: 1, maxLength: 2 },
);

const generatorArgs = fc.record({
  name: fc.constantFrom('app-config', 'web', 'gen'),
  namespace: seldom(fc.constantFrom(...NAMESPACES)),
  behavior: seldom(fc.constantFrom('create', 'merge', 'replace')),
  literals: fc.uniqueArray(fc.constantFrom('A=1', 'B=true', 'C="quoted"', 'D=', 'E=a=b', 'F=x y', 'one=two'), {
    maxLength: 4,
    selector: (literal) => literal.split('=')[0],
  }),
  options: seldom(
    fc.record(
      { disableNameSuffixHash: fc.boolean(), immutable: fc.boolean(), labels: labelMap, annotations: labelMap },
      { requiredKeys: [] },
    ),
  ),
});

type GeneratorSeed = typeof generatorArgs extends fc.Arbitrary<infer T> ? T : never;

/** A part of a patch's or replacement's path that leads somewhere in many resources. */
const pointer = fc.constantFrom(
  '/metadata/labels/app',
  '/metadata/labels',
  '/metadata/annotations/note',
  '/metadata/annotations',
  '/spec/replicas',
  '/spec/template/spec/containers/0/image',
  '/spec/template/spec/containers/-',
  '/spec/ports/0/port',
  '/data/one',
  '/data/new',
  '/spec/a',
  '/spec/list/0',
  '/spec/list/-',
  '/spec/nested/k/l/2/m',
);

const jsonValue: fc.Arbitrary<Json> = fc.constantFrom<Json>(
  'text',
  '1',
  1,
  1.5,
  true,
  null,
  '',
  [],
  {},
  { name: 'n', image: 'i' },
  [1, 'x'],
);

const operation = fc.record({
  op: fc.constantFrom('add', 'replace', 'remove', 'test', 'copy', 'move'),
  path: pointer,
  from: pointer,
  value: jsonValue,
});

const selector = fc.record(
  {
    kind: fc.constantFrom('Deployment', 'ConfigMap', 'Service', '.*', 'Widget|Secret', 'StatefulSet'),
    name: fc.constantFrom(...NAMES, 'w.*', '.*'),
    namespace: fc.constantFrom(...NAMESPACES),
    labelSelector: fc.constantFrom('app=web', 'app', '!app', 'app in (web, front)', 'tier notin (x)'),
    annotationSelector: fc.constantFrom('note', 'note=web', '!note'),
  },
  { requiredKeys: [] },
);

/** Bodies of strategic merge patches, with a place for a scalar. */
const mergeBody = fc
  .tuple(
    fc.constantFrom(
      (text: string) => `data:\n  one: ${placeScalar(text, 2)}\n  more: x\n`,
      (text: string) => `metadata:\n  annotations:\n    note: ${placeScalar(text, 4)}\n`,
      (text: string) => `metadata:\n  labels:\n    app: null\n    extra: ${placeScalar(text, 4)}\n`,
      (text: string) => `spec:\n  a: ${placeScalar(text, 2)}\n  items:\n  - name: two\n    value: 2\n  list: []\n`,
      (text: string) =>
        `spec:\n  replicas: 5\n  template:\n    spec:\n      containers:\n      - name: app\n        env:\n        - name: NEW\n          value: ${placeScalar(text, 10)}\n        - name: PLAIN\n          $patch: delete\n      - name: extra\n        image: extra\n`,
      () =>
        'spec:\n  template:\n    spec:\n      containers:\n      - $patch: replace\n      - name: only\n        image: only\n',
      () =>
        'spec:\n  template:\n    spec:\n      volumes:\n      - name: config\n        configMap: null\n        emptyDir: {}\n      initContainers: null\n',
      () => 'spec:\n  ports:\n  - port: 80\n    targetPort: web\n  - port: 443\n    name: tls\n',
      () =>
        'spec:\n  template:\n    spec:\n      containers:\n      - name: app\n        ports:\n        - containerPort: 80\n          name: main\n        - containerPort: 81\n',
      () => '$patch: delete\n',
      () => 'spec:\n  $patch: replace\n  a: b\n',
      () => 'subjects:\n- kind: ServiceAccount\n  name: other\n  namespace: prod\n',
      () => 'spec: null\n',
    ),
    scalarText,
  )
  .map(([write, text]) => write(text));

type PatchSeed = { readonly target: number; readonly selector: { readonly [field: string]: string } | undefined } & (
  | { readonly merge: string }
  | { readonly operations: readonly { op: string; path: string; from: string; value: Json }[] }
);

const patch: fc.Arbitrary<PatchSeed> = fc.oneof(
  fc.record({ target: pick, selector: fc.option(selector, { nil: undefined }), merge: mergeBody }),
  fc.record({
    target: pick,
    selector: fc.option(selector, { nil: undefined, freq: 2 }),
    operations: fc.array(operation, { minLength: 1, maxLength: 2 }),
  }),
);

const fieldPath = fc.constantFrom(
  'metadata.name',
  'metadata.namespace',
  'metadata.labels.app',
  'metadata.annotations.note',
  'data.one',
  'spec.replicas',
  'spec.template.spec.containers.[name=app].image',
  'spec.template.spec.containers.*.image',
  'spec.template.spec.containers.0.env.[name=ODD].value',
  'spec.a',
  'spec.list.0',
  'spec.ports.0.port',
);

const fieldOptions = fc.record(
  { delimiter: fc.constantFrom(':', '/', '-', '.'), index: fc.integer({ min: -1, max: 2 }), create: fc.boolean() },
  { requiredKeys: [] },
);

const replacement = fc.record({
  source: pick,
  path: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('metadata.name', 'metadata.labels.app') },
    { weight: 1, arbitrary: fieldPath },
  ),
  sourceOptions: fc.option(fc.record({ delimiter: fc.constantFrom(':', '/', '-'), index: fc.nat({ max: 1 }) }), {
    nil: undefined,
    freq: 3,
  }),
  target: selector,
  targetPaths: fc.uniqueArray(fieldPath, { minLength: 1, maxLength: 2 }),
  options: fc.option(fieldOptions, { nil: undefined }),
});

/** The fields of one kustomization, all optional. */
const layer = fc.record({
  resources: seldom(fc.array(resourceSeed, { minLength: 1, maxLength: 3 }), 2),
  oneFile: seldom(fc.boolean()),
  namespace: seldom(fc.constantFrom(...NAMESPACES), 2),
  namePrefix: seldom(fc.constantFrom('p-', 'a-'), 2),
  nameSuffix: seldom(fc.constantFrom('-s', '-1')),
  labels: seldom(labels, 2),
  commonLabels: seldom(labelMap),
  commonAnnotations: seldom(labelMap),
  images: seldom(images, 2),
  replicas: seldom(fc.array(fc.record({ target: pick, count: fc.nat({ max: 9 }) }), { minLength: 1, maxLength: 1 })),
  configMapGenerator: seldom(fc.array(generatorArgs, { minLength: 1, maxLength: 2 }), 3),
  secretGenerator: seldom(fc.array(generatorArgs, { minLength: 1, maxLength: 1 })),
  generatorOptions: seldom(fc.record({ disableNameSuffixHash: fc.boolean(), labels: labelMap }, { requiredKeys: [] })),
  patches: seldom(fc.array(patch, { minLength: 1, maxLength: 3 }), 4),
  patchesStrategicMerge: seldom(fc.array(fc.record({ target: pick, merge: mergeBody }), { minLength: 1, maxLength: 1 })),
  replacements: seldom(fc.array(replacement, { minLength: 1, maxLength: 2 }), 2),
  vars: seldom(
    fc.array(fc.record({ target: pick, path: fc.option(fieldPath, { nil: undefined }) }), { minLength: 1, maxLength: 1 }),
  ),
  buildMetadata: seldom(fc.subarray(['originAnnotations', 'transformerAnnotations', 'managedByLabel'], { minLength: 1 })),
  sortOptions: seldom(fc.constantFrom<Json>({ order: 'fifo' }, { order: 'legacy' })),
});

type Layer = typeof layer extends fc.Arbitrary<infer T> ? T : never;

const treeSeed = fc.record({
  first: fc.array(resourceSeed, { minLength: 1, maxLength: 4 }),
  layers: fc.array(layer, { minLength: 1, maxLength: 3 }),
  component: fc.option(layer, { nil: undefined, freq: 4 }),
});

/** A name and kind that fields of upper layers can be about. */
interface Known {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
}

/** Any tree: a base, one to three layers above one another, perhaps a component in the uppermost. */
export const tree: fc.Arbitrary<Tree> = treeSeed.map(({ first, layers, component }) => {
  const files: Record<string, string> = {};
  const known: Known[] = [];
  addResources(files, 'base', first, false, known);
  files['base/kustomization.yaml'] = emitYaml({ resources: resourceFiles(first, false) });
  let below = 'base';
  for (const [at, fields] of layers.entries()) {
    const dir = `layer${at}`;
    const isTop = at === layers.length - 1;
    const kustomization = kustomizationOf(files, dir, fields, known);
    const resources = [`../${below}`, ...((kustomization['resources'] as string[] | undefined) ?? [])];
    const components = isTop && component !== undefined ? { components: ['../component'] } : {};
    files[`${dir}/kustomization.yaml`] = emitYaml({ ...kustomization, resources, ...components });
    below = dir;
  }
  if (component !== undefined) {
    const kustomization = kustomizationOf(files, 'component', component, known);
    const head = { apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component' };
    files['component/kustomization.yaml'] = emitYaml({ ...head, ...kustomization });
  }
  return { files, root: below };
});

function resourceFiles(seeds: readonly ResourceSeed[], oneFile: boolean): string[] {
  return oneFile ? ['all.yaml'] : seeds.map((_seed, at) => `r${at}.yaml`);
}

function addResources(
  files: Record<string, string>,
  dir: string,
  seeds: readonly ResourceSeed[],
  oneFile: boolean,
  known: Known[],
): void {
  if (oneFile) files[`${dir}/all.yaml`] = seeds.map(writeResource).join('---\n');
  else for (const [at, seed] of seeds.entries()) files[`${dir}/r${at}.yaml`] = writeResource(seed);
  for (const { kind, name, namespace } of seeds) known.push({ apiVersion: apiVersionOf(kind), kind, name, namespace });
}

/** The kustomization without what lies below it; the files that it names are added. */
function kustomizationOf(files: Record<string, string>, dir: string, fields: Layer, known: Known[]): Record<string, Json> {
  const {
    resources,
    oneFile = false,
    replicas,
    patches,
    patchesStrategicMerge,
    replacements,
    vars,
    configMapGenerator,
    secretGenerator,
    ...rest
  } = fields;
  const generators = (kind: string, list: readonly GeneratorSeed[] | undefined) =>
    list?.map((one) => present({ ...one, behavior: fittingBehavior(kind, one, known) }));
  const result = present({
    ...rest,
    configMapGenerator: generators('ConfigMap', configMapGenerator),
    secretGenerator: generators('Secret', secretGenerator),
  });
  if (resources !== undefined) {
    addResources(files, dir, resources, oneFile, known);
    result['resources'] = resourceFiles(resources, oneFile);
  }
  const at = (index: number): Known => known[index % known.length] as Known;
  const scaled = known.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  if (replicas !== undefined && scaled.length > 0) {
    result['replicas'] = replicas.map(({ target, count }) => ({ name: scaled[target % scaled.length]?.name ?? '', count }));
  }
  if (patches !== undefined) result['patches'] = patches.map((one) => patchOf(one, at(one.target)));
  if (patchesStrategicMerge !== undefined) {
    result['patchesStrategicMerge'] = patchesStrategicMerge.map(({ target, merge }) => mergeText(at(target), merge));
  }
  if (replacements !== undefined) {
    result['replacements'] = replacements.map(({ source, path, sourceOptions, target, targetPaths, options }) => ({
      source: {
        kind: at(source).kind,
        name: at(source).name,
        fieldPath: path,
        ...(sourceOptions === undefined ? {} : { options: sourceOptions }),
      },
      targets: [{ select: target, fieldPaths: targetPaths, ...(options === undefined ? {} : { options }) }] as Json,
    }));
  }
  if (vars !== undefined) {
    result['vars'] = vars.map(({ target, path }) => ({
      name: 'VAR',
      objref: { apiVersion: at(target).apiVersion, kind: at(target).kind, name: at(target).name },
      ...(path === undefined ? {} : { fieldref: { fieldPath: path } }),
    }));
  }
  return result;
}

/** A generator must merge into what is there, and must not where nothing is. */
function fittingBehavior(kind: string, { name, namespace, behavior }: GeneratorSeed, known: Known[]): string | undefined {
  const isThere = known.some((one) => one.kind === kind && one.name === name && one.namespace === namespace);
  if (!isThere) known.push({ apiVersion: 'v1', kind, name, namespace });
  if (isThere) return behavior === 'replace' ? 'replace' : 'merge';
  return behavior === 'create' ? 'create' : undefined;
}

function mergeText({ apiVersion, kind, name, namespace }: Known, body: string): string {
  const meta = `  name: ${name}\n${namespace === undefined ? '' : `  namespace: ${namespace}\n`}`;
  const head = `apiVersion: ${apiVersion}\nkind: ${kind}\n`;
  return body.startsWith('metadata:\n')
    ? `${head}metadata:\n${meta}${body.slice('metadata:\n'.length)}`
    : `${head}metadata:\n${meta}${body}`;
}

function patchOf(seed: PatchSeed, known: Known): Json {
  const text =
    'merge' in seed
      ? mergeText(known, seed.merge)
      : emitYaml(
          seed.operations.map(({ op, path, from, value: content }) => ({
            op,
            path,
            ...(op === 'copy' || op === 'move' ? { from } : op === 'remove' ? {} : { value: content }),
          })),
        );
  const target = seed.selector ?? ('merge' in seed ? undefined : { kind: known.kind, name: known.name });
  return { patch: text, ...(target === undefined ? {} : { target }) };
}

import fc from 'fast-check';
import { emitYaml } from '../../src/lib/core/yaml/index.ts';
import { configuration, CRD_FILE, generators, type PluginSeed, SCHEMA_FILE, transformers } from './kustomize-plugins.ts';
import { apiVersionOf, NAMES, NAMESPACES, type ResourceSeed, resourceSeed, writeResource } from './kustomize-resources.ts';
import { type FileStyle, fileStyle, writeDocuments } from './odd-documents.ts';
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
  fc.record(
    {
      pairs: labelMap,
      includeSelectors: fc.boolean(),
      includeTemplates: fc.boolean(),
      fields: seldom(
        fc.subarray<Json>(
          [
            { path: 'spec/labels', kind: 'Widget', create: true },
            { path: 'spec/nested', group: 'example.com', version: 'v1' },
          ],
          { minLength: 1 },
        ),
      ),
    },
    { requiredKeys: ['pairs'] },
  ),
  { minLength: 1, maxLength: 2 },
);

const images = fc.array(
  fc.record(
    {
      name: fc.constantFrom(
        'registry.example.com/team/app',
        'nginx',
        'busybox',
        'app',
        'ngin.',
        'docker.io/library/nginx',
        'nginx:1',
        'reg(istry)?.*app',
        '',
      ),
      newName: fc.constantFrom('other.example.com/x', 'y', 'localhost:5000/y', '$1', ''),
      newTag: fc.constantFrom('2.0', '1', 'latest', '', 'a_b.c-d'),
      digest: fc.constantFrom('sha256:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210', 'sha512:0', ''),
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
  files: seldom(fc.subarray(['conf.ini', 'key=conf.ini', 'deep/other.txt', 'K=conf.ini'], { minLength: 1 })),
  envs: seldom(fc.constantFrom(['some.env'], ['some.env', 'more.env'])),
  env: seldom(fc.constant('more.env')),
  options: seldom(
    fc.record(
      { disableNameSuffixHash: fc.boolean(), immutable: fc.boolean(), labels: labelMap, annotations: labelMap },
      { requiredKeys: [] },
    ),
  ),
});

type GeneratorSeed = typeof generatorArgs extends fc.Arbitrary<infer T> ? T : never;

/** Files that generators read. */
const SOURCES: Readonly<Record<string, string>> = {
  'conf.ini': '[section]\nkey = "value"\ttab \n\n# end',
  'deep/other.txt': `${'0123456789'.repeat(9)}\r\n\u{1F680}\n`,
  'some.env': '# comment\nFIRST=1\n  SPACED = x \nQUOTED="a b"\n\nEMPTY=\nURL=a=b&c\n',
  'more.env': '\uFEFFMORE=é\r\nLAST=y',
};

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
  '/spec/list/-1',
  '/spec/items/1/name',
  '/metadata/annotations/example.com~1port',
  '/metadata/name',
  '/kind',
  '/metadata/namespace',
  '/spec/template/spec/containers/0/env/1/value',
  '/spec',
  '',
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
  12345678,
  '0755',
  'a\nb',
  { a: { b: [null, 1.0] } },
);

const operation = fc.record({
  op: fc.constantFrom('add', 'add', 'add', 'replace', 'remove', 'test', 'copy', 'move'),
  path: pointer,
  from: pointer,
  value: jsonValue,
});

const selector = fc.record(
  {
    group: fc.constantFrom('apps', 'example.com', '.*io', ''),
    version: fc.constantFrom('v1', 'v1.*', 'v[2-9]'),
    kind: fc.constantFrom('Deployment', 'ConfigMap', 'Service', '.*', 'Widget|Secret', 'StatefulSet', '(?i)gadget', '^Pod$'),
    name: fc.constantFrom(...NAMES, 'w.*', '.*', '[a-d]+', '(web|db)(-.*)?', 'w', '\\w+'),
    namespace: fc.constantFrom(...NAMESPACES, 'pro.', '.*'),
    labelSelector: fc.constantFrom(
      'app=web',
      'app',
      '!app',
      'app in (web, front)',
      'tier notin (x)',
      'app=web,tier',
      'app!=web',
      'y==1',
      'a b',
    ),
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
      () =>
        'spec:\n  parts:\n  - {id: b, value: 3}\n  - {id: c}\n  podSpec:\n    containers:\n    - {name: c, command: [x]}\n    - {name: d}\n',
      () => 'spec:\n  parts:\n  - $patch: delete\n    id: a\n  - $patch: replace\n',
      () => 'spec:\n  list: [q]\n  items:\n  - {name: one, $patch: delete}\n  - {name: three, value: 3}\n',
      () => 'metadata:\n  finalizers: [a, b]\n  annotations: {}\n  labels: null\n',
      () => 'spec:\n  $patch: delete\n',
      () => 'spec:\n  nested:\n    $patch: replace\n    k: new\n  empty: null\n',
      () =>
        'spec:\n  template:\n    spec:\n      $setElementOrder/containers: [{name: app}]\n      tolerations: [{key: a}]\n      topologySpreadConstraints:\n      - {topologyKey: z, whenUnsatisfiable: x, maxSkew: 1}\n',
      () => 'spec:\n  strategy: {$retainKeys: [type], type: Recreate}\n  template: {metadata: {labels: {app: web, new: x}}}\n',
      () => 'data: {one: null, two: ~}\nbinaryData: {a: aGk=}\n',
      () => 'spec: &s\n  a: x\n  nested: {<<: {k: 1}}\n',
    ),
    scalarText,
  )
  .map(([write, text]) => write(text));

type PatchSeed = {
  readonly target: number;
  readonly selector: { readonly [field: string]: string } | undefined;
  readonly options: { readonly allowNameChange?: boolean; readonly allowKindChange?: boolean } | undefined;
  /** Where the patch stands; a file, or the kustomization. */
  readonly place: 'inline' | 'file' | 'json';
} & ({ readonly merge: string } | { readonly operations: readonly { op: string; path: string; from: string; value: Json }[] });

const patchOptions = seldom(fc.record({ allowNameChange: fc.boolean(), allowKindChange: fc.boolean() }, { requiredKeys: [] }));
const patchPlace = fc.constantFrom<'inline' | 'file' | 'json'>('inline', 'inline', 'file', 'json');

const patch: fc.Arbitrary<PatchSeed> = fc.oneof(
  fc.record({
    target: pick,
    options: patchOptions,
    place: patchPlace,
    selector: fc.option(selector, { nil: undefined }),
    merge: mergeBody,
  }),
  fc.record({
    target: pick,
    options: patchOptions,
    place: patchPlace,
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
  'spec.list.*',
  'spec.list.-',
  'spec.items.[name=tw.].value',
  'spec.nested.k.l.2.m',
  'spec.nested',
  'metadata.annotations.[example.com/port]',
  'metadata.annotations.example\\.com/port',
  'spec.new.deep',
  'data.json.a.b',
  'kind',
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
  reject: seldom(fc.array(selector, { minLength: 1, maxLength: 2 })),
  sourceValue: seldom(fc.constantFrom('text', '1', 'true', '', 'a: b')),
  isInFile: seldom(fc.boolean()),
});

const LEGACY_ORDER: Json = {
  order: 'legacy',
  legacySortOptions: { orderFirst: ['Service', 'Widget'], orderLast: ['Namespace'] },
};

/** The fields of one kustomization, all optional. */
const layer = fc.record({
  resources: seldom(fc.array(resourceSeed, { minLength: 1, maxLength: 3 }), 2),
  oneFile: seldom(fileStyle, 2),
  namespace: seldom(fc.constantFrom(...NAMESPACES), 2),
  namePrefix: seldom(fc.constantFrom('p-', 'a-'), 2),
  openapi: seldom(fc.constantFrom({ path: 'schema.json' }, { version: 'v1.21.2' })),
  crds: seldom(fc.constant(['crd.json'])),
  configurations: seldom(fc.array(configuration, { minLength: 1, maxLength: 2 })),
  generators: seldom(generators),
  transformers: seldom(transformers),
  validators: seldom(fc.option(transformers, { nil: undefined, freq: 1 })),
  imageTags: seldom(fc.option(images, { nil: undefined, freq: 1 })),
  patchesJson6902: seldom(
    fc.array(fc.record({ target: pick, operations: fc.array(operation, { minLength: 1, maxLength: 2 }) }), {
      minLength: 1,
      maxLength: 1,
    }),
  ),
  nameSuffix: seldom(fc.constantFrom('-s', '-1')),
  labels: seldom(labels, 2),
  commonLabels: seldom(labelMap),
  commonAnnotations: seldom(labelMap),
  images: seldom(images, 2),
  replicas: seldom(fc.array(fc.record({ target: pick, count: fc.nat({ max: 9 }) }), { minLength: 1, maxLength: 1 })),
  configMapGenerator: seldom(fc.array(generatorArgs, { minLength: 1, maxLength: 2 }), 3),
  secretGenerator: seldom(
    fc.array(
      fc.tuple(generatorArgs, seldom(fc.constantFrom('Opaque', 'example.com/x', ''))).map(([args, type]) => ({ ...args, type })),
      { minLength: 1, maxLength: 1 },
    ),
  ),
  generatorOptions: seldom(
    fc.record(
      { disableNameSuffixHash: fc.boolean(), immutable: fc.boolean(), labels: labelMap, annotations: labelMap },
      { requiredKeys: [] },
    ),
  ),
  patches: seldom(fc.array(patch, { minLength: 1, maxLength: 3 }), 4),
  patchesStrategicMerge: seldom(fc.array(fc.record({ target: pick, merge: mergeBody }), { minLength: 1, maxLength: 1 })),
  replacements: seldom(fc.array(replacement, { minLength: 1, maxLength: 2 }), 2),
  vars: seldom(
    fc.array(fc.record({ target: pick, path: fc.option(fieldPath, { nil: undefined }) }), { minLength: 1, maxLength: 1 }),
  ),
  buildMetadata: seldom(fc.subarray(['originAnnotations', 'transformerAnnotations', 'managedByLabel'], { minLength: 1 })),
  sortOptions: seldom(fc.constantFrom<Json>({ order: 'fifo' }, { order: 'legacy' }, LEGACY_ORDER)),
});

type Layer = typeof layer extends fc.Arbitrary<infer T> ? T : never;

const treeSeed = fc.record({
  style: fileStyle,
  /** The next layer is named under `bases`, as it was once. */
  hasBases: seldom(fc.boolean()),
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
export const tree: fc.Arbitrary<Tree> = treeSeed.map(({ first, layers, component, style, hasBases }) => {
  const files: Record<string, string> = {};
  const known: Known[] = [];
  const baseStyle = style === 'plain' ? undefined : style;
  addResources(files, 'base', first, baseStyle, known);
  files['base/kustomization.yaml'] = emitYaml({ resources: resourceFiles(first, baseStyle) });
  let below = 'base';
  for (const [at, fields] of layers.entries()) {
    const dir = `layer${at}`;
    const isTop = at === layers.length - 1;
    const kustomization = kustomizationOf(files, dir, fields, known);
    const own = (kustomization['resources'] as string[] | undefined) ?? [];
    const lists = hasBases === true ? { resources: own, bases: [`../${below}`] } : { resources: [`../${below}`, ...own] };
    const components = isTop && component !== undefined ? { components: ['../component'] } : {};
    files[`${dir}/kustomization.yaml`] = emitYaml({ ...kustomization, ...lists, ...components });
    below = dir;
  }
  if (component !== undefined) {
    const kustomization = kustomizationOf(files, 'component', component, known);
    const head = { apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component' };
    files['component/kustomization.yaml'] = emitYaml({ ...head, ...kustomization });
  }
  return { files, root: below };
});

/** `oneFile`: how all are written to one file; `undefined` gives each its own. */
function resourceFiles(seeds: readonly ResourceSeed[], oneFile: FileStyle | undefined): string[] {
  return oneFile !== undefined ? ['all.yaml'] : seeds.map((_seed, at) => `r${at}.yaml`);
}

function addResources(
  files: Record<string, string>,
  dir: string,
  seeds: readonly ResourceSeed[],
  oneFile: FileStyle | undefined,
  known: Known[],
): void {
  if (oneFile !== undefined) files[`${dir}/all.yaml`] = writeDocuments(seeds.map(writeResource), oneFile);
  else for (const [at, seed] of seeds.entries()) files[`${dir}/r${at}.yaml`] = writeResource(seed);
  for (const { kind, name, namespace } of seeds) known.push({ apiVersion: apiVersionOf(kind), kind, name, namespace });
}

/** The kustomization without what lies below it; the files that it names are added. */
function kustomizationOf(files: Record<string, string>, dir: string, fields: Layer, known: Known[]): Record<string, Json> {
  const {
    resources,
    oneFile,
    configurations,
    generators: generatorPlugins,
    transformers: transformerPlugins,
    validators,
    patchesJson6902,
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
  const put = (name: string, text: string): string => {
    files[`${dir}/${name}`] = text;
    return name;
  };
  const plugins = (field: string, seeds: readonly PluginSeed[] | undefined) =>
    seeds?.map(({ text, isInline }, at) => (isInline ? text : put(`${field}${at}.yaml`, text)));
  if (rest.crds !== undefined) put('crd.json', CRD_FILE);
  if (rest.openapi !== undefined && 'path' in rest.openapi) put('schema.json', SCHEMA_FILE);
  for (const { files: listed, envs, env } of [...(configMapGenerator ?? []), ...(secretGenerator ?? [])]) {
    for (const source of [
      ...(listed ?? []).map((one) => one.replace(/^.*=/, '')),
      ...(envs ?? []),
      ...(env === undefined ? [] : [env]),
    ])
      put(source, SOURCES[source] ?? '');
  }
  const result = present({
    ...rest,
    configurations: configurations?.map((text, index) => put(`rules${index}.yaml`, text)),
    generators: plugins('generator', generatorPlugins),
    transformers: plugins('transformer', transformerPlugins),
    validators: plugins('validator', validators),
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
  if (patches !== undefined) {
    result['patches'] = patches.map((one, index) => patchOf(one, at(one.target), (text) => put(`patch${index}.yaml`, text)));
  }
  if (patchesJson6902 !== undefined) {
    result['patchesJson6902'] = patchesJson6902.map(({ target, operations }) => {
      const { apiVersion, kind, name, namespace } = at(target);
      const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : [undefined, apiVersion];
      return { target: present({ group, version, kind, name, namespace }), patch: operationsText(operations, 'json') };
    });
  }
  if (patchesStrategicMerge !== undefined) {
    result['patchesStrategicMerge'] = patchesStrategicMerge.map(({ target, merge }) => mergeText(at(target), merge));
  }
  if (replacements !== undefined) {
    result['replacements'] = replacements.map(
      ({ source, path, sourceOptions, target, targetPaths, options, reject, sourceValue, isInFile }, index) => {
        const { kind, name } = at(source);
        const from = { source: present({ kind, name, fieldPath: path, options: sourceOptions }) };
        const whole = {
          ...(sourceValue === undefined ? from : { sourceValue }),
          targets: [present({ select: target, reject, fieldPaths: targetPaths, options })],
        };
        return isInFile === undefined ? whole : { path: put(`replacement${index}.yaml`, emitYaml(isInFile ? [whole] : whole)) };
      },
    );
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

type Operations = Extract<PatchSeed, { operations: unknown }>['operations'];

function operationsText(operations: Operations, place: PatchSeed['place']): string {
  const list = operations.map(({ op, path, from, value: content }) => ({
    op,
    path,
    ...(op === 'copy' || op === 'move' ? { from } : op === 'remove' ? {} : { value: content }),
  }));
  return place === 'json' ? JSON.stringify(list) : emitYaml(list);
}

function patchOf(seed: PatchSeed, known: Known, put: (text: string) => string): Json {
  const text = 'merge' in seed ? mergeText(known, seed.merge) : operationsText(seed.operations, seed.place);
  const target = seed.selector ?? ('merge' in seed ? undefined : { kind: known.kind, name: known.name });
  const content = seed.place === 'file' ? { path: put(text) } : { patch: text };
  return present({ ...content, target, options: seed.options });
}

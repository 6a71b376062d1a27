import { FluxError } from '../../core/errors.ts';
import type { SourcePosition } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { joinPath } from '../../core/paths.ts';
import { parseYaml } from '../../core/yaml/index.ts';
import type { Context, Loader } from './context.ts';
import { decodeText } from './decode-text.ts';
import { decode } from './decode.ts';
import { KUSTOMIZATION_SHAPE } from './kustomization-shape.ts';
import { locatePath } from './locate.ts';
import type { GeneratorArgs, Kustomization } from './types.ts';

/** Names of kustomization files, in the order in which they are looked for. */
export const KUSTOMIZATION_FILES: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

const API_VERSION = 'kustomize.config.k8s.io/v1beta1';
const COMPONENT_API_VERSION = 'kustomize.config.k8s.io/v1alpha1';

/** A kustomization with the file that it was read from. */
export interface Document {
  readonly kustomization: Kustomization;
  readonly file: string;
  readonly fileName: string;
  readonly text: string;
}

/**
 * Reads the kustomization file of a directory, and folds old fields into new ones.
 *
 * @throws {FluxError} kustomize/no-kustomization, kustomize/several-kustomizations, kustomize/invalid-kustomization
 */
export function readKustomization(context: Context, loader: Loader): Document {
  const key = documentKey(loader);
  const known = context.documents.get(key);
  const document = known ?? parseKustomization(loader);
  if (known === undefined) context.documents.set(key, document);
  for (const warning of deprecations(document.kustomization)) context.options.warn?.(warning);
  return document;
}

/** What a directory's kustomization is kept under. */
export function documentKey({ tree, root }: Loader): string {
  return `${tree}:${root}`;
}

function parseKustomization(loader: Loader): Document {
  const present = KUSTOMIZATION_FILES.filter((name) => loader.fs.stat(joinPath(loader.root, name)) === 'file');
  const [fileName, another] = present;
  if (fileName === undefined) {
    throw new FluxError(
      'kustomize/no-kustomization',
      `open "${loader.root}": unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${loader.root}'`,
      {
        source: { file: loader.root },
        hint: 'add a kustomization.yaml that lists the files under "resources", or name a file instead',
      },
    );
  }
  if (another !== undefined) {
    throw new FluxError(
      'kustomize/several-kustomizations',
      `open "${loader.root}": found multiple kustomization files under: ${loader.root}`,
      {
        source: { file: loader.root },
        hint: `keep one of ${present.join(', ')}`,
      },
    );
  }
  const file = joinPath(loader.root, fileName);
  const text = readText(loader, file);
  return { ...decodeKustomization(text, file), file, fileName, text };
}

function readText({ fs }: Loader, file: string): string {
  const text = fs.readText?.(file);
  if (text === undefined) return decodeText(fs.readFile(file), file);
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/**
 * Decodes the text of a kustomization file.
 *
 * @param lenient true: unknown fields are dropped
 */
export function decodeKustomization(text: string, file: string, lenient = false): { kustomization: Kustomization } {
  const value = parseYaml(text, { file, schema: 'sigs' });
  const fail = (message: string, path: readonly (string | number)[]) =>
    new FluxError('kustomize/invalid-kustomization', message, { source: place(text, file, path) });
  if (value !== null && !isJsonObject(value)) throw fail(`read "${file}": a kustomization must be a map`, []);
  const raw = decode(value ?? {}, KUSTOMIZATION_SHAPE, {
    strict: !lenient,
    convert: lenient,
    what: `read "${file}"`,
    fail,
  }) as JsonObject;
  const isVoid = Object.keys(raw).every((key) => key === 'kind' || key === 'apiVersion' || isZero(raw[key]));
  const kustomization = foldOldFields(raw);
  if (isVoid && !lenient) throw fail(`read "${file}": kustomization.yaml is empty`, []);
  const { kind, apiVersion } = kustomization;
  if (kind !== 'Kustomization' && kind !== 'Component') {
    throw fail(`read kustomization file under ${file}: kind should be Kustomization or Component, it is "${kind}"`, ['kind']);
  }
  const wanted = kind === 'Component' ? COMPONENT_API_VERSION : API_VERSION;
  if (apiVersion !== wanted) {
    throw fail(`read kustomization file under ${file}: apiVersion for ${kind} should be ${wanted}, it is "${apiVersion}"`, [
      'apiVersion',
    ]);
  }
  return { kustomization };
}

/** What Go's zero values are: an empty list is not one. */
function isZero(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === '' || value === false || value === 0;
}

function place(text: string, file: string, path: readonly (string | number)[]): SourcePosition {
  const found = locatePath(text, path);
  return found === undefined ? { file } : { file, ...found };
}

/** Changes what was decoded: old fields are taken out, and their contents added to the new ones. */
function foldOldFields(raw: JsonObject): Kustomization {
  const fields = raw as Record<string, unknown>;
  const kind = (fields['kind'] as string | undefined) || 'Kustomization';
  fields['kind'] = kind;
  fields['apiVersion'] =
    (fields['apiVersion'] as string | undefined) || (kind === 'Component' ? COMPONENT_API_VERSION : API_VERSION);
  const deprecated = DEPRECATED.filter((field) => fields[field] !== undefined);
  fields['deprecated'] = deprecated;
  for (const [old, field] of RENAMED) {
    const more = fields[old] as JsonValue[] | undefined;
    if (more === undefined) continue;
    fields[field] = [...((fields[field] as JsonValue[] | undefined) ?? []), ...more];
    delete fields[old];
  }
  for (const field of ['configMapGenerator', 'secretGenerator']) {
    const list = fields[field] as GeneratorArgs[] | undefined;
    if (list !== undefined) fields[field] = list.map(foldEnv);
  }
  return raw as unknown as Kustomization;
}

const DEPRECATED: readonly string[] = ['bases', 'commonLabels', 'imageTags', 'patchesJson6902', 'patchesStrategicMerge', 'vars'];
const RENAMED: readonly (readonly [old: string, field: string])[] = [
  ['bases', 'resources'],
  ['imageTags', 'images'],
  ['helmChartInflationGenerator', 'helmCharts'],
];

function foldEnv(args: GeneratorArgs): GeneratorArgs {
  if (args.env === undefined) return args;
  const { env, ...rest } = args;
  return env === '' ? rest : { ...rest, envs: [...(rest.envs ?? []), env] };
}

const ADVICE = "Run 'kustomize edit fix' to update your Kustomization automatically.";
const REPLACED_BY: Readonly<Record<string, string>> = {
  bases: `resources' instead. ${ADVICE}`,
  commonLabels: `labels' instead. ${ADVICE}`,
  imageTags: `images' instead. ${ADVICE}`,
  patchesJson6902: `patches' instead. ${ADVICE}`,
  patchesStrategicMerge: `patches' instead. ${ADVICE}`,
  vars: `replacements' instead. [EXPERIMENTAL] ${ADVICE}`,
};

function deprecations(kustomization: Kustomization): string[] {
  const { deprecated = [] } = kustomization as Kustomization & { deprecated?: readonly string[] };
  return deprecated.map((field) => `# Warning: '${field}' is deprecated. Please use '${REPLACED_BY[field] ?? ''}`);
}

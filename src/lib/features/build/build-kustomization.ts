import { parse, relative, resolve, sep } from 'node:path';
import { FluxError, isFluxError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json.ts';
import type { FileSystem } from '../../core/filesystem.ts';
import { GROUP, KUSTOMIZE } from '../../core/flux.ts';
import { formatSubject, groupOf, type K8sObject } from '../../core/objects.ts';
import { emitYaml } from '../../core/yaml/emit-yaml.ts';
import type { Progress } from '../../core/progress.ts';
import { findKustomization, isKustomization, type KustomizationName, upgradeKustomization } from './find-kustomization.ts';
import { readIgnoreRules } from './ignore-rules.ts';
import { type KustomizationSpec, readKustomizationSpec } from './kustomization-spec.ts';
import { maskEncrypted } from './mask-encrypted.ts';
import { collectVariables, type ObjectReader, substituteVariables } from './substitute-variables.ts';

/** What `buildKustomization` is told. */
export interface KustomizationBuildOptions extends KustomizationName {
  /** Folder with the manifests, relative to where the command runs; it stands for `spec.path`. */
  readonly path: string;
  /** File with the Kustomization; empty means that it is read from the cluster. */
  readonly file: string;
  /** True leaves the cluster alone: variables come from the spec only. */
  readonly dryRun: boolean;
  /** Refuses variables without value and default, as the controller does. */
  readonly strictSubstitution: boolean;
  /** Patterns in the form of `.sourceignore`. */
  readonly ignorePaths: readonly string[];
  /** Builds the Kustomizations that are among the objects, too. */
  readonly recursive: boolean;
  /** Folders by source, `Kind/namespace/name`. */
  readonly localSources: Readonly<Record<string, string>>;
}

/** What it needs of the world. */
export interface KustomizationBuildWorld {
  /** Where the command runs. */
  readonly cwd: string;
  openFolder(path: string): Promise<FileSystem>;
  /** Throws what the system throws. */
  readTextFile(path: string): Promise<string>;
  /** The API server; asked for only when something of it is needed. */
  openCluster(): Promise<ObjectReader>;
  readonly progress: Progress;
  /** Decrypts as `spec.decryption` says. Absent, or where it fails, encrypted values are masked. */
  readonly decrypt?: BuildDecryption;
}

/** Decryption of what a Kustomization builds. */
export interface BuildDecryption {
  decryptFiles(files: FileSystem, kustomization: K8sObject): Promise<FileSystem>;
  decryptObjects(objects: readonly K8sObject[], kustomization: K8sObject): Promise<readonly K8sObject[]>;
}

/** A Kustomization and what it builds. */
export interface BuiltKustomization {
  readonly kustomization: K8sObject;
  readonly objects: readonly K8sObject[];
  /** Objects that were encrypted and are in clear now, as `formatSubject` names them. */
  readonly decrypted: ReadonlySet<string>;
  /** Values of variables that came from Secrets. */
  readonly secretValues: readonly string[];
}

/**
 * Builds what kustomize-controller would build from a folder and a Kustomization: kustomize with the fields of the spec laid
 * over, variables, owner labels, common metadata. The order is that of the build. Nothing on the disk is changed.
 *
 * Effects: reads the disk, and the cluster unless it is a dry run
 * Source: fluxcd/flux2 internal/build/build.go
 * Differs: see the README of this part
 *
 * @returns the objects; those of nested Kustomizations behind their own
 * @throws {FluxError} build/…; kustomize/…, envsubst/…, yaml/…, filesys/…; kube/… where the cluster is read
 */
export async function buildKustomization(
  options: KustomizationBuildOptions,
  world: KustomizationBuildWorld,
): Promise<K8sObject[]> {
  return (await buildTree(options, world)).flatMap(({ objects }) => objects);
}

/**
 * Builds as `buildKustomization` does, and tells which Kustomization has which objects.
 *
 * Effects: as those of `buildKustomization`; asks the key services where there is a decryption
 *
 * @returns the Kustomization first, then those among its objects, each in front of its own
 * @throws {FluxError} those of `buildKustomization`
 */
export async function buildTree(
  options: KustomizationBuildOptions,
  world: KustomizationBuildWorld,
): Promise<BuiltKustomization[]> {
  const folder = resolve(world.cwd, options.path);
  const { root } = parse(folder);
  if (options.path === '') throw badPath('');
  const files = await world.openFolder(root);
  if (files.stat(pathInTree(root, folder)) !== 'directory') throw badPath(folder);
  if (options.dryRun && options.file === '') {
    throw new FluxError('build/file-missing', 'dry-run mode requires a kustomization file', {
      hint: 'name the file with the Kustomization: --kustomization-file=FILE',
    });
  }
  const told = new Set<string>();
  const warn = (text: string): void => {
    if (!told.has(text)) world.progress.warning(text);
    told.add(text);
  };
  const kustomization = await readKustomization(options, world);
  const where = options.file === '' ? formatSubject(subjectOf(options)) : options.file;
  const engine = await import('../../engine/kustomize/index.ts');
  return await buildOne(kustomization, where, folder, new Set());

  async function buildOne(
    object: K8sObject,
    from: string,
    at: string,
    above: ReadonlySet<string>,
  ): Promise<BuiltKustomization[]> {
    const upgraded = upgradeKustomization(object, from, warn);
    const spec = readKustomizationSpec(upgraded, `${from}: ${keyOf(upgraded)}`);
    const path = pathInTree(root, at);
    const secretValues: string[] = [];
    const decryption = decryptionOf(upgraded, path);
    const readable = await decryption.files(files);
    const rendered = engine.buildFlux(
      readable,
      { ...spec.build, path },
      {
        ...(files.stat(path) === 'directory' ? { ignore: readIgnoreRules(files, path, options.ignorePaths) } : {}),
        warn: (warning) => warn(warning.replace(/^# Warning: /, '')),
      },
    );
    const plain = await decryption.objects(rendered);
    const expanded = await expandAll(plain, spec, upgraded, secretValues);
    const objects = expanded
      .map((one) => maskEncrypted(withLabels(one, ownerLabels(upgraded))))
      // What configures kustomize is nothing that a cluster has.
      .filter((one) => !(one.kind === 'Kustomization' && groupOf(one) === 'kustomize.config.k8s.io'))
      .map((one) => withCommonMetadata(one, spec.commonMetadata));
    const built = { kustomization: upgraded, objects, decrypted: decryption.done, secretValues };
    if (!options.recursive) return [built];
    const chain = new Set([...above, keyOf(upgraded)]);
    const nested: BuiltKustomization[] = [];
    for (const one of objects) {
      // One that is built already, further up, would go round for ever.
      if (!isKustomization(one) || chain.has(keyOf(one))) continue;
      const inner = readKustomizationSpec(one, keyOf(one));
      const source = Object.hasOwn(options.localSources, inner.sourceKey) ? options.localSources[inner.sourceKey] : undefined;
      if (source === undefined) {
        throw new FluxError(
          'build/no-local-source',
          `cannot get local path for ${inner.sourceKey} of kustomization ${one.metadata.name}`,
          { hint: `say where its files are: --local-sources=${inner.sourceKey}=FOLDER` },
        );
      }
      nested.push(...(await buildOne(one, keyOf(one), resolve(world.cwd, source, `./${inner.path}`), chain)));
    }
    return [built, ...nested];
  }

  /** Both steps of the decryption of one Kustomization; a failure of either leaves what is encrypted as it is. */
  function decryptionOf(
    owner: K8sObject,
    path: string,
  ): {
    readonly done: ReadonlySet<string>;
    files(tree: FileSystem): Promise<FileSystem>;
    objects(rendered: readonly K8sObject[]): Promise<readonly K8sObject[]>;
  } {
    const { decrypt } = world;
    const spec = owner['spec'];
    const done = new Set<string>();
    const isWanted = decrypt !== undefined && isJsonObject(spec) && isJsonObject(spec['decryption']);
    if (!isWanted) {
      return { done, files: (tree) => Promise.resolve(tree), objects: (rendered) => Promise.resolve(rendered) };
    }
    const here = { ...owner, spec: { ...spec, path } };
    const orLeave = async <T>(step: () => Promise<T>, left: T): Promise<T> => {
      try {
        return await step();
      } catch (error) {
        if (!isFluxError(error)) throw error;
        warn(`${keyOf(owner)}: ${error.message}; encrypted values are compared by their keys only`);
        return left;
      }
    };
    return {
      done,
      files: (tree) => orLeave(() => decrypt.decryptFiles(tree, here), tree),
      objects: async (rendered) => {
        const plain = await orLeave(() => decrypt.decryptObjects(rendered, here), rendered);
        for (const one of plain) if (!rendered.includes(one)) done.add(keyOf(one));
        return plain;
      },
    };
  }

  async function expandAll(
    rendered: readonly K8sObject[],
    spec: KustomizationSpec,
    owner: K8sObject,
    secretValues: string[],
  ): Promise<K8sObject[]> {
    if (!spec.hasPostBuild) return [...rendered];
    const namespace = owner.metadata.namespace ?? '';
    const variables = await collectVariables(
      spec,
      namespace,
      options.dryRun ? undefined : () => world.openCluster(),
      secretValues,
    );
    if (variables.size === 0 && !spec.alwaysSubstitute) return [...rendered];
    return rendered.map((object) => substituteVariables(object, variables, options.strictSubstitution));
  }
}

/**
 * Writes objects as `flux build kustomization` does: each document with `---` behind it.
 *
 * Effects: none
 * Source: fluxcd/pkg ssa/utils ObjectsToYAML
 */
export function formatManifests(objects: readonly K8sObject[]): string {
  return objects.map((object) => `${emitYaml(object)}---\n`).join('');
}

async function readKustomization(options: KustomizationBuildOptions, world: KustomizationBuildWorld): Promise<K8sObject> {
  if (options.file !== '') {
    const text = await world.readTextFile(options.file).catch((cause: unknown) => {
      throw new FluxError('build/bad-file', `invalid kustomization file ${JSON.stringify(options.file)}`, {
        hint: 'name a file with a Kustomization, relative to where the command runs',
        cause,
      });
    });
    return findKustomization(text, options.file, options);
  }
  const subject = subjectOf(options);
  const live = await (await world.openCluster()).get(subject);
  if (live !== undefined) return live;
  throw new FluxError(
    'build/kustomization-not-found',
    `failed to get kustomization object: kustomizations.${GROUP.kustomize} "${options.name}" not found`,
    { subject, hint: 'its namespace is named with -n; one that is not in the cluster with --kustomization-file=FILE' },
  );
}

function subjectOf({ namespace, name }: KustomizationName): { apiVersion: string; kind: string } & KustomizationName {
  return { apiVersion: `${GROUP.kustomize}/v1`, kind: 'Kustomization', namespace, name };
}

function badPath(path: string): FluxError {
  return new FluxError('build/bad-path', `invalid resource path ${JSON.stringify(path)}`, {
    hint: 'name the folder with the manifests: --path=FOLDER',
  });
}

function pathInTree(root: string, path: string): string {
  return `/${relative(root, path).split(sep).join('/')}`;
}

function keyOf({ kind, metadata }: K8sObject): string {
  return formatSubject({ apiVersion: '', kind, namespace: metadata.namespace ?? '', name: metadata.name });
}

function ownerLabels({ metadata }: K8sObject): Record<string, string> {
  return { [KUSTOMIZE.nameLabel]: metadata.name, [KUSTOMIZE.namespaceLabel]: metadata.namespace ?? '' };
}

function withLabels(object: K8sObject, labels: Readonly<Record<string, string>>): K8sObject {
  return { ...object, metadata: { ...object.metadata, labels: { ...asTexts(object.metadata.labels), ...labels } } };
}

function withCommonMetadata(object: K8sObject, { labels, annotations }: KustomizationSpec['commonMetadata']): K8sObject {
  if (Object.keys(labels).length === 0 && Object.keys(annotations).length === 0) return object;
  const { metadata } = object;
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(Object.keys(labels).length === 0 ? {} : { labels: { ...metadata.labels, ...labels } }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations: { ...metadata.annotations, ...annotations } }),
    },
  };
}

/** Labels are texts; a variable may have made a number of one, and upstream writes it as text again. */
function asTexts(labels: Readonly<Record<string, unknown>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(labels ?? {}).map(([key, value]) => [key, String(value)]));
}

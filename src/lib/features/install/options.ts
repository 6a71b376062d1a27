import { FluxError } from '../../core/errors.ts';
import { FLUX_NAMESPACE, FLUX_VERSION } from '../../core/flux.ts';
import { COMPONENTS, DEFAULT_COMPONENTS } from './components.ts';
import { DEFAULT_PROFILE, type ProfileOptions } from './profiles.ts';

/** How the controllers are to be set up. The names and defaults are those of the flags of `flux install`, besides the profile. */
export interface RenderOptions extends ProfileOptions {
  /** Where the controllers live. Default: `flux-system`. */
  readonly namespace: string;
  /** Flux version; empty means the one that this release carries. Default: empty. */
  readonly version: string;
  /** Default: source-, kustomize-, helm- and notification-controller. */
  readonly components: readonly string[];
  /** Added after `components`. Default: none. */
  readonly componentsExtra: readonly string[];
  /** Where the images are pulled from; empty means Docker Hub. Default: `ghcr.io/fluxcd`. */
  readonly registry: string;
  /** Name of the Secret with the registry's login; empty means none. Default: empty. */
  readonly imagePullSecret: string;
  /** `user:password` for that Secret; empty means that it is there already. Default: empty. */
  readonly registryCreds: string;
  /** Taints that the pods bear. Default: none. */
  readonly tolerationKeys: readonly string[];
  /** False watches the controllers' own namespace only; so does the profile `namespaced`. Default: true. */
  readonly watchAllNamespaces: boolean;
  /** True keeps other namespaces from reaching the controllers. Default: true. */
  readonly networkPolicy: boolean;
  /** Default: `info`. */
  readonly logLevel: 'debug' | 'info' | 'error';
  /** Default: `cluster.local`. */
  readonly clusterDomain: string;
}

/** What `RenderOptions` are where nothing is said. */
export const DEFAULT_RENDER_OPTIONS: RenderOptions = Object.freeze({
  namespace: FLUX_NAMESPACE,
  version: '',
  components: DEFAULT_COMPONENTS,
  componentsExtra: [],
  registry: 'ghcr.io/fluxcd',
  imagePullSecret: '',
  registryCreds: '',
  tolerationKeys: [],
  watchAllNamespaces: true,
  networkPolicy: true,
  logLevel: 'info',
  clusterDomain: 'cluster.local',
  ...DEFAULT_PROFILE,
});

/** A DNS label, which names of namespaces are. */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** What the longest name of a controller leaves of the 63 letters that a label may have. */
const MAX_WATCHED = 35;

/** The controllers asked for, in the order in which they were asked for. */
export function selectComponents(options: Pick<RenderOptions, 'components' | 'componentsExtra'>): string[] {
  return [...options.components, ...options.componentsExtra];
}

/** The Flux version asked for. */
export function versionOf(options: Pick<RenderOptions, 'version'>): string {
  return options.version === '' ? FLUX_VERSION : options.version;
}

/**
 * Checks options before anything is done.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/install.go, main.go, version_utils.go; the messages are upstream's
 * Differs: a component named twice is refused here rather than by kustomize; other versions are refused, since this release
 * carries its own manifests and downloads none
 *
 * @throws {FluxError} install/bad-namespace, install/unknown-component, install/duplicate-component,
 * install/creds-without-secret, install/bad-creds, install/bad-version, install/other-version, install/bad-profile
 */
export function checkRenderOptions(options: RenderOptions): void {
  if (!LABEL.test(options.namespace)) {
    throw new FluxError('install/bad-namespace', `namespace must be a valid DNS label: ${JSON.stringify(options.namespace)}`, {
      hint: 'Use at most 63 lower-case letters, digits and dashes',
    });
  }
  checkComponents(selectComponents(options));
  checkProfile(options);
  checkRegistryCreds(options);
  checkVersion(options.version);
}

function checkComponents(names: readonly string[]): void {
  const known = COMPONENTS.map(({ name }) => name);
  const seen = new Set<string>();
  for (const name of names) {
    if (!known.includes(name)) {
      throw new FluxError('install/unknown-component', `component ${name} is not available`, {
        hint: `Choose from ${known.join(', ')}`,
      });
    }
    if (seen.has(name)) {
      throw new FluxError('install/duplicate-component', `component ${name} is named twice`, {
        hint: 'Name each component once, in --components or in --components-extra',
      });
    }
    seen.add(name);
  }
}

function checkProfile({ rbac, namespace, watchNamespaces }: RenderOptions): void {
  const refuse = (message: string, hint: string): FluxError => new FluxError('install/bad-profile', message, { hint });
  if (rbac !== 'namespaced') {
    if (watchNamespaces.length === 0) return;
    throw refuse(
      '--watch-namespaces goes with --rbac=namespaced only',
      `With --rbac=${rbac} all namespaces are watched: leave it out`,
    );
  }
  const bad = watchNamespaces.find((name) => !LABEL.test(name));
  if (bad !== undefined) throw refuse(`${JSON.stringify(bad)} is no name of a namespace`, 'Correct --watch-namespaces');
  const long = watchNamespaces.find((name) => name.length > MAX_WATCHED);
  if (long !== undefined) {
    throw refuse(`the name of namespace ${long} is too long for the names of its controllers`, `At most ${MAX_WATCHED} letters`);
  }
  const twice = watchNamespaces.find((name, index) => name === namespace || watchNamespaces.indexOf(name) !== index);
  if (twice !== undefined) {
    throw refuse(`namespace ${twice} is named twice`, `Name each once; ${namespace} itself is always watched`);
  }
}

function checkRegistryCreds({ registryCreds, imagePullSecret }: RenderOptions): void {
  if (registryCreds === '') return;
  if (imagePullSecret === '') {
    throw new FluxError('install/creds-without-secret', '--registry-creds requires --image-pull-secret to be set', {
      hint: 'Add --image-pull-secret=NAME',
    });
  }
  // The value is a secret, so it is not quoted.
  if (registryCreds.split(':').length !== 2) {
    throw new FluxError('install/bad-creds', "invalid --registry-creds format, expected 'user:password'");
  }
}

function checkVersion(version: string): void {
  if (version === '' || version === FLUX_VERSION) return;
  if (version !== 'latest' && !version.startsWith('v')) {
    throw new FluxError('install/bad-version', `targeted version '${version}' must be prefixed with 'v'`);
  }
  throw new FluxError(
    'install/other-version',
    `targeted version '${version}' is not compatible with your current version of flux-ts, which carries Flux ${FLUX_VERSION}`,
    { hint: `Leave --version out, or point --manifests at a folder with the manifests of ${version}` },
  );
}

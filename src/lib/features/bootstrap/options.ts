import { FluxError } from '../../core/errors.ts';
import { checkRenderOptions, DEFAULT_RENDER_OPTIONS, type RenderOptions, selectComponents } from '../install/index.ts';

/** How to bootstrap. The names and defaults are those of the flags of `flux bootstrap git`; files are given by their content. */
export interface BootstrapOptions extends RenderOptions {
  /** https, ssh, or (with `allowInsecureHttp`) http. */
  readonly url: string;
  /** Default: `main`. */
  readonly branch: string;
  /** Folder of the cluster in the repository; empty means its root. Default: empty. */
  readonly path: string;
  /** How often the GitRepository is looked at. Default: 60 000. */
  readonly intervalMs: number;
  /** Default: `git`. */
  readonly username: string;
  /** Of the user, or the token, or of the private key. Default: empty. */
  readonly password: string;
  /** Name that we ourselves push under, where it is not that of the cluster's login. Absent: `username`. */
  readonly pushUsername?: string;
  /** Where the cluster finds the repository over ssh, where that does not follow from `url`. */
  readonly sshUrl?: string;
  /** Login of the cluster, where it is not ours: of a deploy token. */
  readonly clusterLogin?: { readonly username: string; readonly password: string };
  /** True keeps the login of the cluster where its Secret is there: a deploy token is told once only. */
  readonly keepLogin?: boolean;
  /** Passphrase of the private key, where `password` is something else. */
  readonly privateKeyPassphrase?: string;
  /** True lets the cluster log in with the password instead of a deploy key. Default: false. */
  readonly tokenAuth: boolean;
  /** True sends the password as a bearer token; means `tokenAuth`. Default: false. */
  readonly withBearerToken: boolean;
  /**
   * `aws` or `azure`: the cluster logs in by its identity in that cloud, and there is no Secret. Default: empty, which is `aws` for
   * a repository of CodeCommit over https without a token.
   */
  readonly provider: '' | 'aws' | 'azure';
  /** Keys of the Secret of a GitHub App, as which the cluster logs in with `tokenAuth` in place of our token. */
  readonly appSecret?: Readonly<Record<string, string>>;
  /** Default: false. */
  readonly allowInsecureHttp: boolean;
  /** Secret with the cluster's login. Default: `flux-system`. */
  readonly secretName: string;
  /** Private key of the ssh login; empty makes a new one for the cluster. Default: empty. */
  readonly privateKey: string;
  /** Certificate authority of the server. Default: empty. */
  readonly caCertificate: string;
  /** Host for ssh, where it is not that of the URL; may have a port. Default: empty. */
  readonly sshHostname: string;
  /** Default: `ecdsa`. */
  readonly sshKeyAlgorithm: 'rsa' | 'ecdsa' | 'ed25519';
  /** Default: 2048. */
  readonly sshRsaBits: number;
  /** Default: `p384`. */
  readonly sshEcdsaCurve: 'p256' | 'p384' | 'p521';
  /** Default: `Flux`. */
  readonly authorName: string;
  /** Default: empty. */
  readonly authorEmail: string;
  /** Added to both commit messages. Default: empty. */
  readonly commitMessageAppendix: string;
  /** Default: false. */
  readonly recurseSubmodules: boolean;
  /** Folders that the GitRepository checks out; none means all. Default: none. */
  readonly sparseCheckout: readonly string[];
  /** True takes over an installation of another tool without asking. Default: false. */
  readonly force: boolean;
  /** True says that the deploy key has access already. Default: false. */
  readonly silent: boolean;
  /** False does not wait for the controllers to reconcile. Default: true. */
  readonly wait: boolean;
  /** How long each wait may take. Default: 300 000. */
  readonly timeoutMs: number;
}

/** What `BootstrapOptions` are where nothing is said. */
export const DEFAULT_BOOTSTRAP_OPTIONS: BootstrapOptions = Object.freeze({
  ...DEFAULT_RENDER_OPTIONS,
  selfManaged: true,
  url: '',
  branch: 'main',
  path: '',
  intervalMs: 60_000,
  username: 'git',
  password: '',
  tokenAuth: false,
  withBearerToken: false,
  provider: '',
  allowInsecureHttp: false,
  secretName: 'flux-system',
  privateKey: '',
  caCertificate: '',
  sshHostname: '',
  sshKeyAlgorithm: 'ecdsa',
  sshRsaBits: 2048,
  sshEcdsaCurve: 'p384',
  authorName: 'Flux',
  authorEmail: '',
  commitMessageAppendix: '',
  recurseSubmodules: false,
  sparseCheckout: [],
  force: false,
  silent: false,
  wait: true,
  timeoutMs: 300_000,
});

const REQUIRED: readonly string[] = ['source-controller', 'kustomize-controller'];

/**
 * Checks options before anything is done.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/bootstrap.go bootstrapValidate; the messages are upstream's
 *
 * @throws {FluxError} bootstrap/component-required, bootstrap/no-password, bootstrap/two-logins, bootstrap/bad-account; those of
 * `checkRenderOptions`
 */
export function checkBootstrapOptions(options: BootstrapOptions): void {
  const components = selectComponents(options);
  for (const name of REQUIRED) {
    if (!components.includes(name)) throw new FluxError('bootstrap/component-required', `component ${name} is required`);
  }
  checkRenderOptions(options);
  if (usesToken(options) && options.password === '') {
    throw new FluxError('bootstrap/no-password', 'a password or token is required with --token-auth', {
      hint: 'Set GIT_PASSWORD, or give --password',
    });
  }
  checkCloudLogin(options);
}

const ACCOUNT = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

function checkCloudLogin(options: BootstrapOptions): void {
  const { sourceAccount = '' } = options;
  const refuse = (message: string, hint: string): FluxError => new FluxError('bootstrap/bad-account', message, { hint });
  const cloud = cloudOf(options);
  if (cloud === '') {
    if (sourceAccount === '') return;
    throw refuse('an account logs in to clouds only, and the repository is in none', 'add --provider=azure or --provider=aws');
  }
  if (usesToken(options) || options.privateKey !== '') {
    const given = options.privateKey === '' ? 'a token' : 'a private key';
    throw new FluxError('bootstrap/two-logins', `the cluster logs in by its identity in ${cloud}, or with ${given}, not both`, {
      hint: 'leave out --token-auth and --private-key-file, or --provider',
    });
  }
  if (sourceAccount !== '' && !ACCOUNT.test(sourceAccount)) {
    throw refuse(
      `${JSON.stringify(sourceAccount)} is no name of a service account`,
      'it is in the namespace of the installation',
    );
  }
}

/**
 * The cloud whose identity the cluster logs in by; empty where it is none.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/bootstrap_git.go: CodeCommit over https, without a token
 */
export function cloudOf(
  options: Pick<BootstrapOptions, 'provider' | 'url' | 'tokenAuth' | 'withBearerToken'>,
): BootstrapOptions['provider'] {
  if (options.provider !== '') return options.provider;
  return !usesToken(options) && /^https:\/\/(?:[^/@]*@)?git-codecommit[^/]*amazonaws\.com/i.test(options.url) ? 'aws' : '';
}

/** The account that the source logs in to a cloud as; empty is whatever source-controller runs as. */
export function sourceAccountOf({
  multiTenant,
  sourceAccount = '',
}: Pick<BootstrapOptions, 'multiTenant' | 'sourceAccount'>): string {
  // Without a name the fallback account would log in, which should have no rights anywhere.
  return sourceAccount === '' && multiTenant ? 'source-controller' : sourceAccount;
}

/** True where the cluster logs in with a password or token. */
export function usesToken(options: Pick<BootstrapOptions, 'tokenAuth' | 'withBearerToken'>): boolean {
  return options.tokenAuth || options.withBearerToken;
}

/**
 * Brings a path into the form `./a/b`; what would lead out of the repository stays at its root.
 *
 * Effects: none
 * Source: fluxcd/flux2 internal/flags/safe_relative_path.go
 *
 * @example normalizeSyncPath('clusters//demo/') // './clusters/demo'
 */
export function normalizeSyncPath(path: string): string {
  const names: string[] = [];
  for (const name of path.trim().split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..') names.pop();
    else names.push(name);
  }
  return `./${names.join('/')}`;
}

/**
 * The folder of Flux's files in the repository, without `./`.
 *
 * @example folderOf({ path: 'clusters/demo', namespace: 'flux-system' }) // 'clusters/demo/flux-system'
 */
export function folderOf({ path, namespace }: Pick<BootstrapOptions, 'path' | 'namespace'>): string {
  const parent = normalizeSyncPath(path).slice(2);
  return parent === '' ? namespace : `${parent}/${namespace}`;
}

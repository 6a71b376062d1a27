import { FluxError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { K8sObject, ObjectRef } from '../../core/objects.ts';
import { upsertSecret } from '../install/index.ts';
import type { BootstrapOptions } from './options.ts';
import type { SourcePlan } from './plan-source.ts';
import type { BootstrapWorld } from './ports.ts';
import { scanHost } from './scan-host.ts';

/** What became of the Secret; `none` where the cluster needs none. */
export type SecretOutcome = 'unchanged' | 'written' | 'none';

/**
 * Brings the cluster's login into its Secret: the token, the keys of an app, or a deploy key with the host's key. What is there
 * stays unless a login was given, or it is that of an app and none is asked for. A cluster that logs in to a cloud has none.
 *
 * Effects: writes the cluster; asks for access for the deploy key
 * Source: fluxcd/flux2 pkg/bootstrap/bootstrap_plain_git.go ReconcileSourceSecret, pkg/manifestgen/sourcesecret
 * Differs: a password given only for our own https login neither makes a new deploy key each time nor ends up as its
 * passphrase; a bearer token counts as a login that was given; where an app comes or goes, or a deploy key comes after a token,
 * keys of the other login go; a forge is asked for the deploy key each time
 *
 * @throws {FluxError} bootstrap/no-access, git/…, kube/…
 */
export async function reconcileSecret(
  options: BootstrapOptions,
  plan: SourcePlan,
  world: BootstrapWorld,
): Promise<SecretOutcome> {
  const { kube, progress, signal } = world;
  const within = signal === undefined ? {} : { signal };
  const name = JSON.stringify(`${options.namespace}/${options.secretName}`);
  progress.section?.('Source secret');
  const ref: ObjectRef = { apiVersion: 'v1', kind: 'Secret', namespace: options.namespace, name: options.secretName };
  if (plan.login === 'cloud') {
    const before = await kube.get(ref, { metadataOnly: true, ...within });
    progress.success(`source needs no secret: the cluster logs in by its identity in ${plan.provider}`);
    if (before !== undefined) progress.warning(`secret ${name} is still there from another login; nothing here uses it any more`);
    return 'none';
  }
  progress.action(`determining if source secret ${name} exists`);
  const live = await kube.get(ref, within);
  const data: JsonObject = isJsonObject(live?.['data']) ? live['data'] : {};
  const isOfApp = data['githubAppID'] !== undefined;
  const isOfOther = isOfApp || (live !== undefined && plan.login === 'ssh' && data['identity'] === undefined);
  const isGiven = plan.login === 'ssh' ? options.privateKey !== '' : options.keepLogin !== true;
  if (live !== undefined && !isGiven && !isOfOther) {
    progress.success('source secret up to date');
    const publicKey = plan.login === 'ssh' ? data['identity.pub'] : undefined;
    // The forge may have lost it, or give it other rights than are wanted now.
    if (typeof publicKey === 'string') await world.giveAccess?.(Buffer.from(publicKey, 'base64').toString());
    return 'unchanged';
  }
  progress.action('generating source secret');
  const stringData = plan.login === 'ssh' ? await makeSshLogin(options, plan, world) : makeTokenLogin(options, plan);
  await askForAccess(stringData['identity.pub'], options, world);
  progress.action(`applying source secret ${name}`);
  const secret: K8sObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: ref.name, namespace: options.namespace } };
  const drop = isOfOther || plan.login === 'app' ? LOGIN_KEYS.filter((key) => stringData[key] === undefined) : [];
  await upsertSecret({ ...secret, stringData }, world, drop);
  progress.success('reconciled source secret');
  return 'written';
}

/** source-controller refuses the keys of an app beside another provider, and those of two installations. */
const LOGIN_KEYS: readonly string[] = [
  'bearerToken',
  'githubAppBaseURL',
  'githubAppID',
  'githubAppInstallationID',
  'githubAppInstallationOwner',
  'githubAppPrivateKey',
  'identity',
  'identity.pub',
  'known_hosts',
  'password',
  'username',
];

function makeTokenLogin(options: BootstrapOptions, { login }: SourcePlan): Record<string, string> {
  const { username, password } = options.clusterLogin ?? options;
  const basicOrBearer = login === 'bearer' ? { bearerToken: password } : { username, password };
  return {
    ...(login === 'app' ? options.appSecret : basicOrBearer),
    ...(options.caCertificate === '' ? {} : { 'ca.crt': options.caCertificate }),
  };
}

async function makeSshLogin(
  options: BootstrapOptions,
  { ssh }: SourcePlan,
  world: BootstrapWorld,
): Promise<Record<string, string>> {
  const { git } = world;
  const knownHosts = ssh === undefined ? '' : await scanHost(ssh.host, ssh.port, world);
  if (options.privateKey !== '') {
    const given = options.privateKeyPassphrase ?? options.password;
    const passphrase = given === '' ? undefined : given;
    return {
      identity: options.privateKey,
      'identity.pub': await git.publicKeyOf(options.privateKey, passphrase),
      known_hosts: knownHosts,
      ...(passphrase === undefined ? {} : { password: passphrase }),
    };
  }
  const pair = await git.generateKeyPair({
    algorithm: options.sshKeyAlgorithm,
    curve: options.sshEcdsaCurve,
    rsaBits: options.sshRsaBits,
  });
  return { identity: pair.privateKeyPem, 'identity.pub': pair.publicKeyAuthorized, known_hosts: knownHosts };
}

async function askForAccess(publicKey: string | undefined, options: BootstrapOptions, world: BootstrapWorld): Promise<void> {
  if (publicKey === undefined) return;
  world.progress.success(`public key: ${publicKey.trim()}`);
  if (world.giveAccess !== undefined) return await world.giveAccess(publicKey);
  if (options.silent) return;
  if ((await world.confirm?.('Please give the key access to your repository')) === true) return;
  throw new FluxError('bootstrap/no-access', 'aborting: the deploy key has no access to the repository yet', {
    hint: 'Add the public key to the repository, then run the same again with --silent',
  });
}

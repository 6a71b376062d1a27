import type { Progress } from '../../core/progress.ts';
import { type Forge, type ForgeRepository, isSameKey } from '../../engine/forge/index.ts';
import type { ForgeBootstrapOptions } from './forge-options.ts';
import { normalizeSyncPath } from './options.ts';

/** What the name of a deploy key is made from. */
export type AccessOptions = Pick<ForgeBootstrapOptions, 'namespace' | 'branch' | 'secretName' | 'path'>;

/**
 * The name of a deploy key or token, as Flux gives it.
 *
 * Effects: none
 * Source: fluxcd/flux2 pkg/bootstrap/bootstrap_provider.go deployKeyName
 */
export function accessName(options: AccessOptions): string {
  const { namespace, branch, secretName, path } = options;
  return [namespace, branch, secretName, normalizeSyncPath(path)].filter((word) => word !== '').join('-');
}

/**
 * Gives a key access to a repository: a key of the same name that is another one, or has other rights, is replaced; the same
 * key under another name is taken as it is, and may write where that is wanted.
 *
 * Effects: writes the forge, where the key is not there as it is wanted
 * Source: fluxcd/flux2 pkg/bootstrap/bootstrap_provider.go reconcileDeployKey
 *
 * @throws {FluxError} forge/…
 */
export async function ensureDeployKey(
  repository: ForgeRepository,
  publicKey: string,
  options: AccessOptions & Pick<ForgeBootstrapOptions, 'readWriteKey'>,
  { forge, progress }: { readonly forge: Forge; readonly progress: Progress },
): Promise<void> {
  const wanted = { title: accessName(options), key: publicKey.trim(), readOnly: !options.readWriteKey };
  const keys = await forge.listDeployKeys(repository);
  if (keys.some((key) => isSameKey(key, wanted))) return;
  const before = keys.find((key) => key.title === wanted.title);
  if (before !== undefined) await forge.removeDeployKey(repository, before.id);
  // Forges take a key but once; it may serve another cluster too, which keeps what it has.
  const other = keys.find(
    (key) => key !== before && isSameKey({ ...key, title: '', readOnly: true }, { ...wanted, title: '', readOnly: true }),
  );
  const name = JSON.stringify(other?.title ?? wanted.title);
  if (other !== undefined && (wanted.readOnly || !other.readOnly)) {
    const also = wanted.readOnly && !other.readOnly ? ', which may write' : '';
    progress.success(`deploy key ${name} of ${JSON.stringify(repository.fullName)} is this key${also}`);
    return;
  }
  if (other !== undefined) await forge.removeDeployKey(repository, other.id);
  await forge.addDeployKey(repository, { ...wanted, title: other?.title ?? wanted.title });
  progress.success(`configured deploy key ${name} for ${JSON.stringify(repository.fullName)}`);
}

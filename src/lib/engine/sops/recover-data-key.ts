import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import { combineShares } from './shamir.ts';
import type { KeyService, KeyType, MasterKey, SopsMetadata } from './types.ts';

/** The services that work without asking anybody come first. */
const FIRST: readonly KeyType[] = ['age', 'pgp'];

/** One key that did not open its group, and why. */
export interface KeyFailure {
  /** Counts from 0, as upstream's messages do. */
  readonly group: number;
  readonly type: KeyType;
  readonly key: string;
  readonly reason: string;
}

/**
 * Gets the data key of a file: in each group the master keys are tried until one of them opens it; several groups each give a
 * share.
 *
 * Effects: asks the key services
 * Source: sops sops.go GetDataKeyWithKeyServices
 *
 * @throws {FluxError} sops/no-data-key: too few groups were opened; `details.keys` has each key with the reason
 */
export async function recoverDataKey(metadata: SopsMetadata, services: readonly KeyService[]): Promise<Uint8Array> {
  const { keyGroups, shamirThreshold } = metadata;
  const parts: Uint8Array[] = [];
  const failures: KeyFailure[] = [];
  for (const [group, keys] of keyGroups.entries()) {
    const part = await openGroup(group, keys, services, failures);
    if (part !== undefined) parts.push(part);
  }
  if (keyGroups.length > 1) {
    if (parts.length < shamirThreshold) throw missing(failures, parts.length, shamirThreshold);
    return combineShares(parts);
  }
  if (parts[0] === undefined) throw missing(failures, 0, 0);
  return parts[0];
}

async function openGroup(
  group: number,
  keys: readonly MasterKey[],
  services: readonly KeyService[],
  failures: KeyFailure[],
): Promise<Uint8Array | undefined> {
  const order = [
    ...FIRST.flatMap((type) => keys.filter((key) => key.type === type)),
    ...keys.filter(({ type }) => !FIRST.includes(type)),
  ];
  for (const key of order) {
    try {
      return await openKey(key, services);
    } catch (error) {
      const { type, name } = key;
      const hint = isFluxError(error) && error.hint !== undefined ? ` (${error.hint})` : '';
      failures.push({ group, type, key: name, reason: messageOf(error) + hint });
    }
  }
  return undefined;
}

async function openKey(key: MasterKey, services: readonly KeyService[]): Promise<Uint8Array> {
  const service = services.find(({ type }) => type === key.type);
  if (service === undefined) {
    throw new FluxError('sops/unsupported-key', `keys of kind ${key.type} are not supported here`);
  }
  return await service.decrypt(key);
}

function missing(failures: readonly KeyFailure[], opened: number, threshold: number): FluxError {
  const list = failures.map(({ group, type, key, reason }) => `group ${group}: ${type} ${key}: ${reason}`).join('; ');
  const wanted = threshold > 1 ? ` (${opened} of ${threshold} groups needed)` : '';
  return new FluxError('sops/no-data-key', `Failed to get the data key required to decrypt the SOPS file${wanted}: ${list}`, {
    hint: 'put one of these keys into the Secret that spec.decryption.secretRef names',
    details: { keys: failures },
  });
}

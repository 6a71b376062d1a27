import { FluxError } from '../../../core/errors.ts';
import type { PackagePort } from '../types.ts';

/** The official packages of the clouds. They are large, and most users need none of them. */
export const CLOUD_PACKAGES: Readonly<Record<'awsKms' | 'awsSts' | 'gcpKms' | 'azureKeys' | 'azureIdentity', string>> =
  Object.freeze({
    awsKms: '@aws-sdk/client-kms',
    awsSts: '@aws-sdk/client-sts',
    gcpKms: '@google-cloud/kms',
    azureKeys: '@azure/keyvault-keys',
    azureIdentity: '@azure/identity',
  });

/** Loads a package that is installed next to this one; rejects where it is not. */
export const importPackage: PackagePort = (name) => import(name);

/**
 * Loads a package that only some users need.
 *
 * Effects: loads code
 *
 * @throws {FluxError} sops/package-missing: it is not installed; the hint has the command
 */
export async function loadPackage<T>(name: string, load: PackagePort): Promise<T> {
  try {
    return (await load(name)) as T;
  } catch (cause) {
    throw new FluxError('sops/package-missing', `the package ${name} is needed for this key, and it cannot be loaded`, {
      hint: `npm install ${name}`,
      cause,
    });
  }
}

import { FluxError } from '../../core/errors.ts';
import type { PackagePort } from './types.ts';

/** The official packages of the clouds. They are large, and most users need none of them. */
export const CLOUD_PACKAGES: Readonly<
  Record<'awsSts' | 'awsEks' | 'awsEcr' | 'azureIdentity' | 'azureContainerService' | 'googleAuth', string>
> = Object.freeze({
  awsSts: '@aws-sdk/client-sts',
  awsEks: '@aws-sdk/client-eks',
  awsEcr: '@aws-sdk/client-ecr',
  azureIdentity: '@azure/identity',
  azureContainerService: '@azure/arm-containerservice',
  googleAuth: 'google-auth-library',
});

/** Loads a package that is installed next to this one; rejects where it is not. */
export const importPackage: PackagePort = (name) => import(name);

/**
 * Loads a package that only some users need.
 *
 * Effects: loads code
 *
 * @param purpose what it is needed for, as it stands in the message
 * @throws {FluxError} cloud/package-missing: it is not installed; the hint has the command
 */
export async function loadPackage<T>(name: string, purpose: string, load: PackagePort): Promise<T> {
  try {
    return (await load(name)) as T;
  } catch (cause) {
    throw new FluxError('cloud/package-missing', `the package ${name} is needed ${purpose}, and it cannot be loaded`, {
      hint: `npm install ${name}`,
      cause,
    });
  }
}

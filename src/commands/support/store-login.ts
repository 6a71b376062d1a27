import type { Context } from '../../lib/context.ts';
import { FIELD_MANAGER } from '../../lib/core/flux.ts';
import type { K8sObject } from '../../lib/core/objects.ts';

/**
 * Stores the Secret that a new source needs.
 *
 * Effects: writes a Secret
 *
 * @param what names the login in the story
 * @returns the name of the Secret
 */
export async function storeLogin(secret: K8sObject, what: string, context: Context): Promise<string> {
  const { storeSecret } = await import('../../lib/features/objects/index.ts');
  const { progress, signal } = context;
  progress.action(`applying secret with ${what}`);
  await storeSecret(secret, await context.kube(), { fieldManager: FIELD_MANAGER.cli, signal });
  progress.success('authentication configured');
  return secret.metadata.name;
}

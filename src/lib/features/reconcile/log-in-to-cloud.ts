import { FluxError, isFluxError } from '../../core/errors.ts';
import { REASON } from '../../core/flux.ts';
import { type K8sObject, refOf } from '../../core/objects.ts';
import { readText } from '../../core/read-object.ts';
import { type CloudName, type GitCredentials, IDENTITY_GATE } from '../../engine/cloud/index.ts';
import type { CloudPort } from './ports.ts';
import type { SourceShape } from './source-shape.ts';

/**
 * Logs in to the Git server of a cloud, for whoever this machine is, or for the account that the source names.
 *
 * Effects: asks the cloud
 * Source: source-controller internal/controller/gitrepository_controller.go getAuthOpts; the messages are upstream's
 *
 * @throws {FluxError} reconcile/unsupported: no clouds at hand; those of `engine/cloud`
 */
export async function logInToCloud(
  repository: K8sObject,
  provider: CloudName,
  shape: SourceShape,
  { cloud }: { readonly cloud?: CloudPort },
): Promise<GitCredentials> {
  const { namespace = '' } = repository.metadata;
  const name = readText(repository, 'spec', 'serviceAccountName');
  if (cloud === undefined) {
    if (name !== '') throw gateDisabled(repository, 'let source-controller reconcile it (leave --drive off)');
    throw new FluxError('reconcile/unsupported', `spec.provider '${provider}' needs a login of a cloud, and there is none here`, {
      subject: refOf(repository),
      hint: 'let source-controller reconcile it (leave --drive off), or name a Secret with a login and set provider: generic',
    });
  }
  try {
    return await cloud.logInToGit(provider, shape.url, name === '' ? {} : { account: { namespace, name } });
  } catch (cause) {
    throw isFluxError(cause, 'cloud/gate-disabled') ? gateDisabled(repository, cause.hint ?? '') : cause;
  }
}

function gateDisabled(repository: K8sObject, hint: string): FluxError {
  const message = `to use spec.serviceAccountName for provider authentication please enable the ${IDENTITY_GATE} feature gate in the controller`;
  return new FluxError('cloud/gate-disabled', message, {
    subject: refOf(repository),
    hint,
    terminal: true,
    details: { reason: REASON.featureGateDisabled },
  });
}

import { FluxError, isFluxError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json.ts';
import { type K8sObject, refOf } from '../../core/objects.ts';
import type { Commit, Revision, Tag } from '../../engine/git/index.ts';
import { type TrustedKeys, verifySignature } from '../../engine/signature/index.ts';
import type { SecretReader } from './ports.ts';

/** What of a commit must be signed. */
export type VerificationMode = 'HEAD' | 'Tag' | 'TagAndHEAD';

/** What `spec.verify` of a source asks for; `undefined` where it asks for nothing. */
export function verificationModeOf(repository: K8sObject): VerificationMode | undefined {
  const spec = isJsonObject(repository['spec']) ? repository['spec'] : {};
  const verify = spec['verify'];
  if (!isJsonObject(verify)) return undefined;
  const mode = verify['mode'] ?? 'HEAD';
  return mode === 'Tag' || mode === 'TagAndHEAD' ? mode : 'HEAD';
}

/**
 * Verifies the signatures of what was fetched against the keys that a source names.
 *
 * Effects: reads the Secret with the keys
 * Source: source-controller internal/controller/gitrepository_controller.go verifySignature
 *
 * @returns the message of the SourceVerified condition
 * @throws {FluxError} reconcile/not-verified: with the condition's reason in `details.reason`
 */
export async function verifySource(
  repository: K8sObject,
  mode: VerificationMode,
  content: { readonly commit: Commit; readonly revision: Revision; readonly tag?: Tag },
  kube: SecretReader,
): Promise<string> {
  const refuse = (reason: string, message: string, cause?: unknown): FluxError =>
    new FluxError('reconcile/not-verified', message, {
      subject: refOf(repository),
      details: { reason },
      terminal: reason === 'InvalidVerificationMode',
      cause,
      ...(isFluxError(cause) && cause.hint !== undefined ? { hint: cause.hint } : {}),
    });
  const keys = await readTrustedKeys(repository, kube, refuse);
  const verified: string[] = [];
  const verify = async (what: 'commit' | 'tag', name: string, reason: string, object: Commit | Tag): Promise<void> => {
    try {
      const payload = object.signedPayload ?? new Uint8Array();
      const { keyId } = await verifySignature(payload, object.signature ?? '', keys, { what });
      verified.push(`\n\t- ${what} '${name}' with key '${keyId}'`);
    } catch (cause) {
      if (!isFluxError(cause)) throw cause;
      throw refuse(reason, `signature verification of ${what} '${name}' failed: ${cause.message}`, cause);
    }
  };
  if (mode !== 'HEAD') {
    const { tag, revision } = content;
    if (revision.refName?.startsWith('refs/tags/') !== true) {
      throw refuse('InvalidVerificationMode', "cannot verify tag object's signature if a tag reference is not specified");
    }
    const name = tag === undefined ? revision.refName.slice('refs/tags/'.length) : `${tag.name}@${tag.id}`;
    if (tag?.signature === undefined) {
      throw refuse('InvalidGitObject', `cannot verify signature of tag '${name}' since it is not signed`);
    }
    await verify('tag', name, 'InvalidTagSignature', tag);
  }
  if (mode !== 'Tag') await verify('commit', content.commit.id, 'InvalidCommitSignature', content.commit);
  return `verified signature of${verified.join('')}`;
}

/** Entries that end in `.sshpub` are SSH keys, all others OpenPGP key rings. */
async function readTrustedKeys(
  repository: K8sObject,
  kube: SecretReader,
  refuse: (reason: string, message: string, cause?: unknown) => FluxError,
): Promise<TrustedKeys> {
  const spec = isJsonObject(repository['spec']) ? repository['spec'] : {};
  const secretRef = isJsonObject(spec['verify']) ? spec['verify']['secretRef'] : undefined;
  const name = isJsonObject(secretRef) ? String(secretRef['name'] ?? '') : '';
  const namespace = repository.metadata.namespace ?? '';
  const secret = name === '' ? undefined : await kube.get({ apiVersion: 'v1', kind: 'Secret', namespace, name });
  if (secret === undefined) {
    throw refuse('VerificationError', `public keys secret error: secrets "${name}" not found`);
  }
  const data = isJsonObject(secret['data']) ? secret['data'] : {};
  const entries = Object.entries(data).map(
    ([key, value]) => [key, Buffer.from(String(value), 'base64').toString('utf8')] as const,
  );
  return {
    ssh: entries.filter(([key]) => key.endsWith('.sshpub')).map(([, text]) => text),
    pgp: entries.filter(([key]) => !key.endsWith('.sshpub')).map(([, text]) => text),
  };
}

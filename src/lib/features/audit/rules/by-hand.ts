import type { AuditRule } from '../types.ts';

/** What no program can tell from a cluster; each says why, and how a person can. */
export const BY_HAND: readonly AuditRule[] = [
  row(
    'S1',
    'Images and CLI are signed',
    'an image of the same name need not be the one that was built',
    'needs the registry and the transparency log: cosign verify ghcr.io/fluxcd/NAME@DIGEST --certificate-identity-regexp=^https://github.com/fluxcd/ --certificate-oidc-issuer=https://token.actions.githubusercontent.com',
  ),
  row(
    'S2',
    'Each image has an SBOM',
    'without one nobody knows what is affected by the next vulnerability',
    'needs the registry: docker buildx imagetools inspect IMAGE --format "{{json .SBOM}}"',
  ),
  row(
    'S3',
    'Images have SLSA provenance',
    'it says which build made the image, from which commit',
    'needs the registry: slsa-verifier verify-image IMAGE@DIGEST --source-uri github.com/fluxcd/NAME',
  ),
  row(
    'S4',
    'Releases are built in isolation from pinned, reviewed code',
    'who changes the build changes every cluster',
    'is a matter of the project’s repositories: read their workflows',
  ),
  row(
    'M6',
    'Each tenant has a decryption key of its own',
    'one key for all means that each tenant can read the others’ secrets once it has it',
    'the keys are in Secrets, which this audit does not read: compare the public keys in the .sops.yaml of each tenant',
  ),
  row(
    'M8',
    'Controllers run on nodes without tenants',
    'who breaks out of a Pod has every token of that node',
    'needs to know which nodes tenants can reach: kubectl get pods -A -o wide, taints and affinity of flux-system',
  ),
  row(
    'D1',
    'A tenant of a cluster of its own cannot lock the platform out',
    'a tenant that is cluster-admin there may delete the platform’s account',
    'needs the other cluster: run rbac audit there, and guard the account by an admission policy',
  ),
  row(
    'D2',
    'There is a way in when Flux is broken',
    'the day that it is needed is a bad one to write it',
    'is a procedure: see that it is written down and was tried',
  ),
  row(
    'C1',
    'Logins are short-lived',
    'a static token works for whoever finds it, for ever',
    'what a Secret holds is not read here: look for spec.provider generic with a secretRef, and use workload identity or a GitHub App',
  ),
  row(
    'C2',
    'The only plain Secret is that of the bootstrap',
    'all others belong into SOPS, a sealed or an external store',
    'what a Secret is for cannot be told from its metadata: kubectl get secrets -A -o custom-columns=NS:.metadata.namespace,NAME:.metadata.name,OWNER:.metadata.ownerReferences[0].kind',
  ),
  row(
    'C3',
    'Deploy keys read only',
    'a key that writes lets whoever has it change what is applied',
    'only the forge knows: look at the deploy keys of each repository; only image automation has to write',
  ),
  row(
    'C4',
    'Keys are replaced from time to time',
    'a key that nobody replaces is one that former colleagues still have',
    'is a procedure: kubectl get secret NAME -o jsonpath={.metadata.creationTimestamp} for each secretRef of a source',
  ),
];

function row(id: string, title: string, why: string, manual: string): AuditRule {
  return { id, title, why, manual };
}

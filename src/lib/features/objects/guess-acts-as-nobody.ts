/**
 * Tells from what a controller says of a failure whether it may not act as the account of the object. helm-controller has the
 * sentence of the API server; kustomize-controller fails in discovery, which everybody may who is somebody, and loses the sentence.
 *
 * Effects: none
 * Source: Kubernetes 1.36, the refusal of an impersonation; kustomize-controller v1.9.4 and helm-controller v1.6.3, as they were seen
 */
export function guessActsAsNobody(message: string): boolean {
  return /\bcannot impersonate\b|\(Forbidden\): failed to get server groups: unknown/.test(message);
}

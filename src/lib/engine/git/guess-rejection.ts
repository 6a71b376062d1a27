/**
 * Tells from a server's reason for refusing a reference whether the branch had moved on meanwhile. The protocol has no
 * codes for it, only each server's English.
 *
 * Effects: none
 * Source: git builtin/receive-pack.c and refs.c (`failed to update ref`, `cannot lock ref`, `non-fast-forward`), go-git remote.go
 */
export function guessIsStale(reason: string): boolean {
  return /non-fast-forward|fetch first|stale info|failed to (?:update|lock)|cannot lock ref|but expected|remote ref has changed/i.test(
    reason,
  );
}

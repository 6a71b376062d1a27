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

/**
 * Tells from what a server says over SSH whether the repository isn't there.
 *
 * Effects: none
 * Source: the words of git, GitHub, GitLab, Gitea and Bitbucket
 */
export function guessIsMissing(words: string): boolean {
  return /not appear to be a git repository|repository .*not found|no such (?:file|project|repo)|could not be found|does not exist/i.test(
    words,
  );
}

/**
 * Tells from what a server says over SSH whether the key lacks a right.
 *
 * Effects: none
 * Source: as `guessIsMissing`
 */
export function guessIsDenied(words: string): boolean {
  return /permission|denied|not allowed|unauthori[sz]ed|forbidden|read.only/i.test(words);
}

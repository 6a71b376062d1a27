/**
 * Makes a path absolute within its tree and takes `.`, `..` and double slashes out; `..` at the root stays at the root.
 *
 * Effects: none
 *
 * @example normalizePath('a/./b/../c') // '/a/c'
 */
export function normalizePath(path: string): string {
  if (isNormal(path)) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Tells whether a path is absolute and has no part that would be taken out. */
function isNormal(path: string): boolean {
  if (!path.startsWith('/')) return false;
  // Without `//` and `/.` there is nothing to take out but a slash at the end.
  return !path.includes('//') && !path.includes('/.') && (path === '/' || !path.endsWith('/'))
    ? true
    : !/\/(?:\.{0,2}(?:\/|$))/.test(path);
}

/** Joins a directory and a path relative to it; an absolute path is taken as it is. */
export function joinPath(dir: string, path: string): string {
  return normalizePath(path.startsWith('/') ? path : `${dir}/${path}`);
}

/** The directory that holds a path; the root holds itself. */
export function dirName(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

import { FluxError } from '../../core/errors.ts';
import { joinPath } from '../../core/paths.ts';
import type { Context, Loader } from './context.ts';
import { decodeText } from './decode-text.ts';

/**
 * Reads a file that a kustomization names, as text.
 *
 * @throws {FluxError} kustomize/not-found, kustomize/outside-root, kustomize/remote; yaml/invalid: not UTF-8
 */
export function loadText(context: Context, loader: Loader, path: string): string {
  if (isUrl(path)) return decodeText(loadUrl(context, loader, path), path, true);
  const place = resolveFile(loader, path);
  return loader.fs.readText?.(place) ?? decodeText(loader.fs.readFile(place), joinPath(loader.root, path), true);
}

/** Reads a file that may be text or not: as text where that is quick, else its bytes. */
export function loadContent(context: Context, loader: Loader, path: string): string | Uint8Array {
  if (isUrl(path)) return loadUrl(context, loader, path);
  const place = resolveFile(loader, path);
  return loader.fs.readText?.(place) ?? loader.fs.readFile(place);
}

/** The place of a file, checked against the restriction. */
export function resolveFile(loader: Loader, path: string): string {
  demandInside(loader, path);
  const joined = joinPath(loader.root, path);
  const kind = loader.fs.stat(joined);
  if (kind === undefined) throw notFound(loader, path, 'no such file or directory');
  if (kind === 'directory') {
    throw new FluxError(
      'kustomize/not-found',
      `read file "${path}" named in "${loader.root}": '${joined}' must resolve to a file, it is a directory`,
      {
        source: { file: joined },
      },
    );
  }
  if (loader.loadRestrictor === 'none') return joined;
  const real = loader.fs.realPath(joined);
  if (!isWithin(real, loader.root)) {
    throw new FluxError(
      'kustomize/outside-root',
      `read file "${path}": security; file '${real}' is not in or below '${loader.root}'`,
      {
        source: { file: real },
        hint: 'move the file below the kustomization that names it, or turn load restrictions off',
      },
    );
  }
  return real;
}

function notFound(loader: Loader, path: string, what: string): FluxError {
  return new FluxError('kustomize/not-found', `read file "${path}" named in "${loader.root}": ${what}`, {
    source: { file: joinPath(loader.root, path) },
    hint: hintOfMissing(loader),
  });
}

/** Says what a path that leads nowhere counts from. */
function hintOfMissing(loader: Loader): string {
  return `the path counts from "${loader.root}"; what .sourceignore leaves out and symbolic links in a repository are not there`;
}

/** How many directories lie above a path in its normal form. */
function depthOf(path: string): number {
  if (path === '/') return 0;
  let depth = 0;
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) depth++;
  return depth;
}

/** Tells whether a relative path climbs higher than the root. */
function leadsAbove(root: string, path: string): boolean {
  if (path.startsWith('/') || !path.includes('..')) return false;
  let rest = 0;
  while (path.startsWith('../', rest)) rest += 3;
  // The common case: up, and then down.
  if (!path.includes('..', rest)) return rest / 3 > depthOf(root);
  let depth = 0;
  for (const part of `${root}/${path}`.split('/')) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

/**
 * Opens a directory (or remote repository) that a kustomization names.
 *
 * @throws {FluxError} kustomize/not-found: no such directory; kustomize/cycle: it led here itself; kustomize/remote: refused
 */
export function openBase(context: Context, loader: Loader, path: string): Loader {
  if (path === '') throw new FluxError('kustomize/not-found', `open base named in "${loader.root}": the path is empty`);
  const remote = looksRemote(path) ? context.options.remote : undefined;
  const repository = remote?.openRepository(path);
  if (repository !== undefined) {
    return {
      fs: repository.fs,
      root: repository.fs.realPath(repository.path),
      referrer: loader,
      tree: path,
      repositoryRoot: '/',
      loadRestrictor: 'rootOnly',
      repo: repository.repo,
      ref: repository.ref,
    };
  }
  if (path.startsWith('/')) {
    throw new FluxError(
      'kustomize/not-found',
      `open base "${path}" named in "${loader.root}": new root '${path}' cannot be absolute`,
    );
  }
  demandInside(loader, path);
  const joined = joinPath(loader.root, path);
  const kind = loader.fs.stat(joined);
  if (kind === undefined) {
    if (looksRemote(path)) throw refuseRemote(path);
    throw new FluxError(
      'kustomize/not-found',
      `open "${path}" named in "${loader.root}": no such file or directory '${joined}'`,
      {
        source: { file: joined },
        hint: hintOfMissing(loader),
      },
    );
  }
  if (kind === 'file') {
    throw new FluxError(
      'kustomize/not-directory',
      `open "${path}" named in "${loader.root}": '${joined}': file is not directory`,
      {
        source: { file: joined },
        hint: 'name the directory that the file lies in, or list the file under "resources"',
      },
    );
  }
  const root = loader.fs.realPath(joined);
  for (let visited: Loader | undefined = loader; visited !== undefined; visited = visited.referrer) {
    if (visited.tree === loader.tree && isWithin(visited.root, root)) {
      throw new FluxError(
        'kustomize/cycle',
        `open "${path}": cycle detected: candidate root '${root}' contains visited root '${visited.root}'`,
        {
          source: { file: root },
          hint: 'take out the entry that leads back: a base must not contain what builds on it',
        },
      );
    }
  }
  return { ...loader, root, referrer: loader };
}

/** Refuses a path with more `..` than there are directories, which would end up somewhere else within the root. */
export function demandInside(loader: Loader, path: string): void {
  if (!leadsAbove(loader.root, path)) return;
  throw new FluxError('kustomize/not-found', `open "${path}" named in "${loader.root}": no such file or directory`, {
    source: { file: loader.root },
    hint: 'the path leads above the root of the files, and nothing outside it is ever read',
  });
}

/** Tells whether a path lies in or below a directory. */
export function isWithin(path: string, dir: string): boolean {
  return path === dir || dir === '/' || path.startsWith(`${dir}/`);
}

/** Tells whether a text is an http or https URL. */
export function isUrl(path: string): boolean {
  return path.includes('://') && /^https?:\/\//i.test(path);
}

/** Tells whether an entry would be fetched from a repository. */
export function looksRemote(path: string): boolean {
  // Each of the forms has one of these; a plain path has none.
  if (!path.includes(':') && !path.includes('git') && !path.includes('ref=')) return false;
  return (
    /^(?:[a-z][a-z0-9+.-]*:\/\/|git::|git@|gh:|github\.com[/:])/i.test(path) ||
    /\.git(?:[/?]|$)/.test(path) ||
    /[?&]ref=/.test(path)
  );
}

function loadUrl(context: Context, loader: Loader, url: string): Uint8Array {
  if (context.options.remote === undefined) throw refuseRemote(url);
  try {
    return context.options.remote.readFile(url);
  } catch (cause) {
    throw cause instanceof FluxError
      ? cause
      : new FluxError('kustomize/remote', `read "${url}" named in "${loader.root}": it cannot be fetched`, { cause });
  }
}

function refuseRemote(path: string): FluxError {
  return new FluxError('kustomize/remote', `open "${path}": remote bases are not allowed`, {
    hint: 'copy the base into the source, or add it as a source of its own',
  });
}

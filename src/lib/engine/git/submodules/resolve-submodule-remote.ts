import { posix } from 'node:path';

import { FluxError } from '../../../core/errors.ts';
import { parseRemoteUrl } from '../parse-remote-url.ts';
import type { Remote } from '../types.ts';

/**
 * Finds where a submodule comes from and what to log in there with.
 *
 * A relative URL is meant from the URL of the repository that has the submodule. A password or token goes only to the host
 * that it was given for; a submodule elsewhere is fetched without. An SSH key never leaves this machine and known_hosts says
 * which hosts it may be shown to, so it is used for every SSH URL.
 *
 * Effects: none
 * Source: go-git v5 submodule.go, Repository
 * Differs: upstream sends passwords and tokens to whatever host `.gitmodules` names, and neither the CA nor the proxy is used
 * for submodules
 *
 * @throws {FluxError} git/invalid-submodule: a path of this machine, or SSH where no key was given; git/invalid-url
 */
export function resolveSubmoduleRemote(parent: Remote, url: string): Remote {
  const from = parseRemoteUrl(parent.url);
  const short = /^(?:([^@/]+)@)?([^:/\s]+):(?!\/\/)(?:(\d{1,5}):)?([^\\].*)$/.exec(url);
  const proxy = parent.proxy === undefined ? {} : { proxy: parent.proxy };
  if (!/^[^:]+:\/\//.test(url) && short === null) {
    if (url.startsWith('/')) throw refuse(`the submodule URL '${url}' is a path, only http, https and ssh are fetched`);
    const resolved = new URL(parent.url);
    resolved.pathname = posix.join('/', from.path.replace(/\?.*$/s, ''), url);
    return { ...parent, url: resolved.toString() };
  }
  const [, user, host, port, path = ''] = short ?? [];
  const whole =
    short === null ? url : `ssh://${user ?? 'git'}@${host}${port === undefined ? '' : `:${port}`}/${path.replace(/^\/+/, '')}`;
  const target = parseRemoteUrl(whole);
  if (target.scheme === 'ssh') {
    if (parent.auth?.kind !== 'ssh') {
      throw refuse(`the submodule URL '${target.display}' needs an SSH key, and '${from.display}' is not fetched with one`);
    }
    return { url: whole, auth: parent.auth, ...proxy };
  }
  const isSameHost = target.scheme === from.scheme && target.host === from.host && target.port === from.port;
  return { url: whole, ...(isSameHost && parent.auth !== undefined ? { auth: parent.auth } : {}), ...proxy };
}

function refuse(message: string): FluxError {
  return new FluxError('git/invalid-submodule', message, {
    hint: 'Write a relative URL (../name.git) into .gitmodules, or leave recurseSubmodules off',
  });
}

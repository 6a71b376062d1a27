import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { readPath, readText } from '../../core/read-object.ts';
import { sshUrlOf } from './read-answer.ts';
import type { ForgeRepository } from './types.ts';

/**
 * Reads a repository as GitHub answers, and Gitea after it. Where no permissions are told, the forge is left to refuse.
 *
 * Effects: none
 */
export function repositoryOf(value: JsonValue): ForgeRepository {
  const may = (permission: string): boolean => readPath(value, 'permissions', permission) === true;
  const hasPermissions = isJsonObject(readPath(value, 'permissions'));
  const fullName = readText(value, 'full_name');
  return {
    id: fullName,
    fullName,
    httpsUrl: readText(value, 'clone_url'),
    sshUrl: sshUrlOf(readText(value, 'ssh_url')),
    // Gitea knows no `maintain`.
    canPush: !hasPermissions || may('push') || may('maintain') || may('admin'),
    canAdmin: !hasPermissions || may('admin'),
  };
}

import { FluxError } from '../../core/errors.ts';
import { MAX_FILES } from './constants.ts';
import { corruptError, tooManyError } from './errors.ts';
import { MODE_DIRECTORY, MODE_SUBMODULE, MODE_SYMLINK, parseTree } from './objects/tree.ts';
import type { GitObject, ObjectMap } from './pack/types.ts';
import type { TreeEntry } from './types.ts';

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** Deepest nesting of directories; far above any real repository, below what would exhaust the stack. */
const MAX_DEPTH = 512;

/**
 * Lists all files, links and submodules below a directory object.
 *
 * A small pack can name one directory many times and so unfold into millions of files. Files share the bytes of
 * their object, so what is bounded is the sum of what they would take when written out.
 *
 * Effects: none
 *
 * @throws {FluxError} git/corrupt-data: an object is missing
 * @throws {FluxError} git/unsafe-path: a dangerous name
 * @throws {FluxError} git/too-large: the limit; git/too-many: more than 250,000 files
 */
export function readTreeEntries(objects: ObjectMap, root: string, maxBytes: number): TreeEntry[] {
  const entries: TreeEntry[] = [];
  let budget = maxBytes;
  const spend = (size: number): void => {
    budget -= size;
    if (budget < 0) {
      throw new FluxError('git/too-large', `the files of the commit take more than the limit of ${maxBytes} bytes`, {
        hint: 'Move large files out of the repository, or raise the limit',
        details: { maxBytes },
      });
    }
  };
  const walk = (id: string, prefix: string, depth: number): void => {
    if (depth > MAX_DEPTH) throw corruptError(`directories are nested more than ${MAX_DEPTH} deep`);
    for (const item of parseTree(find(objects, id, 'tree', prefix).bytes)) {
      const path = prefix + item.name;
      // Names count too, so that a bomb of empty files ends as well.
      spend(path.length);
      if (entries.length >= MAX_FILES) throw tooManyError(`the commit has more than ${MAX_FILES} files`, MAX_FILES);
      if (item.mode === MODE_DIRECTORY) walk(item.id, `${path}/`, depth + 1);
      else if (item.mode === MODE_SUBMODULE) {
        entries.push({ path, mode: MODE_SUBMODULE, type: 'submodule', id: item.id, bytes: NO_BYTES });
      } else {
        const { bytes } = find(objects, item.id, 'blob', path);
        spend(bytes.length);
        entries.push({
          path,
          mode: item.mode,
          type: item.mode === MODE_SYMLINK ? 'symlink' : 'file',
          id: item.id,
          bytes,
        });
      }
    }
  };
  walk(root, '', 0);
  return entries;
}

function find(objects: ObjectMap, id: string, type: GitObject['type'], what: string): GitObject {
  const object = objects.get(id);
  if (object === undefined || object.type !== type)
    throw corruptError(`the pack lacks the ${type} of '${what === '' ? '.' : what}' (${id})`);
  return object;
}

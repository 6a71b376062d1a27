import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type GitRepositories, gitEnvironment } from './git-server.ts';

/** A small manifest, so that there is something to apply. */
const MANIFEST = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: large}\ndata: {number: "1"}\n';

/** Makes a repository of one commit with so many small files in folders of a hundred, and a manifest in `deploy`. */
export async function makeManyFiles(git: GitRepositories, name: string, files: number): Promise<void> {
  const path = await git.create(name);
  await importInto(path, function* () {
    yield `commit refs/heads/main\n${COMMITTER}data 5\nFiles\n`;
    yield fileOf('deploy/config.yaml', Buffer.from(MANIFEST));
    for (let index = 0; index < files; index += 1) {
      const folder = String(Math.floor(index / 100)).padStart(4, '0');
      yield fileOf(`apps/${folder}/item-${index}.yaml`, Buffer.from(manifestOf(index)));
    }
  });
}

/**
 * Makes a repository whose every commit replaces a file of bytes that nothing compresses: its history has all of them, its
 * newest tree one.
 *
 * @param blobBytes of each
 */
export async function makeHistory(git: GitRepositories, name: string, commits: number, blobBytes: number): Promise<void> {
  const path = await git.create(name);
  const noise = createNoise(commits);
  await importInto(path, function* () {
    for (let index = 0; index < commits; index += 1) {
      yield `commit refs/heads/main\n${COMMITTER}data 4\nNext`;
      yield '\n';
      if (index === 0) yield fileOf('deploy/config.yaml', Buffer.from(MANIFEST));
      yield fileOf('data.bin', noise(blobBytes));
    }
    // The newest tree is small.
    yield `commit refs/heads/main\n${COMMITTER}data 4\nLast\nD data.bin\n`;
  });
}

const COMMITTER = 'committer Tester <tester@example.com> 1750000000 +0000\n';

function fileOf(path: string, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`M 100644 inline ${path}\ndata ${content.length}\n`), content, Buffer.from('\n')]);
}

function manifestOf(index: number): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: item-${index}\n  namespace: apps\ndata:\n  number: "${index}"\n  text: ${'x'.repeat(index % 400)}\n`;
}

/** Bytes that look like chance and are the same each time. */
function createNoise(seed: number): (size: number) => Buffer {
  let state = seed | 1;
  return (size) => {
    const words = new Uint32Array(Math.ceil(size / 4));
    for (let index = 0; index < words.length; index += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      words[index] = state;
    }
    return Buffer.from(words.buffer, 0, size);
  };
}

/** Feeds a bare repository by `git fast-import`, which stores as fast as the disk takes it. */
async function importInto(path: string, lines: () => Iterable<string | Buffer>): Promise<void> {
  const args = ['-c', 'core.compression=0', '-c', 'fastimport.unpackLimit=1', 'fast-import', '--quiet', '--depth=0'];
  const child = spawn('git', args, { cwd: path, env: gitEnvironment(), stdio: ['pipe', 'ignore', 'pipe'] });
  const over = once(child, 'close') as Promise<[number]>;
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
  child.stdin.on('error', () => {});
  for (const line of lines()) if (!child.stdin.write(line)) await Promise.race([once(child.stdin, 'drain'), over]);
  child.stdin.end();
  const [code] = await over;
  if (code !== 0) throw new Error(`git fast-import: ${told}`);
}

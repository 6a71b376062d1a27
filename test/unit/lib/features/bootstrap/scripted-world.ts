import type { Clone } from '../../../../../src/lib/engine/git/index.ts';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import { fromMemory } from '../../../../../src/lib/engine/filesys/index.ts';
import type { BootstrapWorld, GitPort } from '../../../../../src/lib/features/bootstrap/index.ts';
import { type Script, type Scripted, scriptPorts } from '../install/scripted-ports.ts';

/** Answers of a cluster and of a repository. */
export interface WorldScript extends Script {
  /** Files of the branch. */
  readonly files?: Record<string, string>;
  /** How many pushes come too late. */
  readonly conflicts?: number;
}

/** A world that follows a script, and what was pushed and opened. */
export interface ScriptedWorld extends Scripted {
  readonly world: BootstrapWorld;
  /** Messages of the commits that were pushed. */
  readonly pushed: string[];
  /** The files of the branch, as they were pushed last. */
  readonly branch: Map<string, string>;
  readonly opened: unknown[];
}

/** Makes a world that follows a script. */
export function makeWorld(script: WorldScript): ScriptedWorld {
  const scripted = scriptPorts(script);
  const pushed: string[] = [];
  const opened: unknown[] = [];
  const branch = new Map(Object.entries(script.files ?? {}));
  let conflicts = script.conflicts ?? 0;
  let commits = 0;
  const open = (): Clone => {
    const files = new Map(branch);
    let committed = new Map(branch);
    let head: string | undefined;
    const unsent: string[] = [];
    return {
      branch: 'main',
      head: () => head,
      paths: () => [...files.keys()].toSorted(),
      read: (path) => (files.has(path) ? new TextEncoder().encode(files.get(path)) : undefined),
      readText: (path) => files.get(path),
      write: (path, content) => void files.set(path, String(content)),
      remove: (path) => files.delete(path),
      async commit({ message }) {
        const isSame = files.size === committed.size && [...files].every(([path, text]) => committed.get(path) === text);
        if (isSame) return undefined;
        committed = new Map(files);
        unsent.push(message);
        head = String(++commits).repeat(40).slice(0, 40);
        return head;
      },
      async push() {
        if (conflicts > 0) {
          conflicts--;
          throw new FluxError('git/non-fast-forward', 'the branch has moved on');
        }
        pushed.push(...unsent.splice(0));
        for (const [path, text] of files) branch.set(path, text);
        return { commit: head ?? '', pushed: true, remoteMessage: '' };
      },
    };
  };
  const git: GitPort = {
    async openClone(remote) {
      opened.push(remote);
      return open();
    },
    scanHostKeys: async (host) => `${host} ssh-ed25519 AAAA\n`,
    generateKeyPair: async () => ({ privateKeyPem: 'PRIVATE', publicKeyAuthorized: 'ssh-new AAAA\n' }),
    publicKeyOf: async (key) => `public of ${key}\n`,
  };
  const world: BootstrapWorld = { ...scripted.ports, git, manifests: fromMemory({}) };
  return { ...scripted, world, pushed, branch, opened };
}

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FluxError } from '../../src/lib/core/errors.ts';
import { fromMemory } from '../../src/lib/engine/filesys/index.ts';
import { render } from '../../src/lib/engine/kustomize/index.ts';
import type { Original } from '../support/find-kustomize.ts';
import type { Tree } from './kustomize-trees.ts';

/** What a build came to: its text, or that it failed. */
export type Outcome = { readonly text: string } | { readonly error: string };

/** Builds a tree in this process. What is no error of ours is a defect, and is thrown. */
export function buildOwn({ files, root }: Tree): Outcome {
  try {
    return { text: render(fromMemory(files), root) };
  } catch (error) {
    if (error instanceof FluxError) return { error: error.message };
    throw error;
  }
}

/**
 * Builds a tree with the original.
 *
 * Effects: writes the tree to a folder of its own, which it removes; runs the program
 */
export async function buildOriginal({ files, root }: Tree, { program, words }: Original): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'flux-ts-fuzz-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const child = spawn(program, [...words, join(folder, root)], { stdio: ['ignore', 'pipe', 'pipe'] });
    const read = (stream: NodeJS.ReadableStream) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      return () => Buffer.concat(chunks).toString('utf8');
    };
    const text = read(child.stdout);
    const error = read(child.stderr);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    return code === 0 ? { text: text() } : { error: error().replaceAll(folder, '').split('\n\ngoroutine ')[0] ?? '' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How a difference is told: the wanted outcome, or `undefined` where both agree. */
export type Verdict = { readonly own: Outcome; readonly wanted: Outcome } | undefined;

/** What the original is known to do that is not followed, each with the reason. All are in the README of the part. */
const EXCEPTIONS: readonly { readonly reason: string; fits(own: Outcome, wanted: Outcome): boolean }[] = [
  {
    reason: 'a patch copies all annotations elsewhere, and with them the notes that the original keeps there',
    fits: (_own, wanted) => 'text' in wanted && wanted.text.includes('internal.config.kubernetes.io/'),
  },
  {
    // The original hashes its own nodes then, with the line and column that each was read from; ours refuses it.
    reason: 'a patch changes the kind of what a generator makes, whose hash depends on how it was written',
    fits: (own, wanted) => 'error' in own && own.error.startsWith('hash resource: kind') && 'text' in wanted,
  },
  {
    // A resource without a kind is refused by both; a merge patch afterwards makes the original write null.
    reason: 'a patch takes the kind away, and a merge patch for the same resource follows',
    fits: (own, wanted) =>
      'error' in own && own.error.includes('missing kind') && 'text' in wanted && /^kind: null$/m.test(wanted.text),
  },
];

/** Counts of what was left out, by reason. */
export type LeftOut = Map<string, number>;

/**
 * Compares both builds of a tree: the text must be equal; where the original fails, ours must.
 *
 * A difference is looked at again: where the original's own answers differ from run to run, there is nothing to follow.
 *
 * @param heard told of the original's outcome
 */
export async function compareTree(
  tree: Tree,
  original: Original,
  leftOut: LeftOut,
  heard: (wanted: Outcome) => void = () => undefined,
): Promise<Verdict> {
  const own = buildOwn(tree);
  const wanted = await buildOriginal(tree, original);
  heard(wanted);
  if (agree(own, wanted)) return undefined;
  const leave = (reason: string): undefined => void leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
  const exception = EXCEPTIONS.find(({ fits }) => fits(own, wanted));
  if (exception !== undefined) return leave(exception.reason);
  for (let again = 0; again < 4; again += 1) {
    const other = await buildOriginal(tree, original);
    if (!agree(other, wanted) || agree(own, other)) return leave("the original's answers differ from run to run");
  }
  return { own, wanted };
}

function agree(a: Outcome, b: Outcome): boolean {
  return 'text' in a && 'text' in b ? a.text === b.text : 'error' in a && 'error' in b;
}

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isFluxError } from '../../../src/lib/core/errors.ts';
import { parseYaml } from '../../../src/lib/core/yaml/index.ts';
import { fromMemory } from '../../../src/lib/engine/filesys/index.ts';
import { render } from '../../../src/lib/engine/kustomize/index.ts';

/** A tree, and what the original made of it. */
interface Case {
  readonly name: string;
  readonly input: { readonly root: string; readonly files: Readonly<Record<string, string>> };
  readonly want?: string;
  /** The original's message; ours may be another one. */
  readonly error?: string;
}

const folder = new URL('cases/', import.meta.url);

for (const file of readdirSync(folder).sort()) {
  const one = parseYaml(readFileSync(new URL(file, folder), 'utf8'), { file }) as unknown as Case;
  test(`render() builds the case ${one.name} as recorded`, () => {
    const run = () => render(fromMemory(one.input.files), one.input.root);
    if (one.want === undefined) assert.throws(run, (error) => isFluxError(error));
    else assert.equal(run(), one.want);
  });
}

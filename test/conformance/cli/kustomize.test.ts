import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseYaml } from '../../../src/lib/core/yaml/index.ts';
import { runCli } from '../../support/run-cli.ts';

/** One build of kustomize v5.8.1, which is the one in kubectl v1.36. */
interface GoldenBuild {
  readonly name: string;
  readonly root: string;
  readonly flags: readonly string[];
  readonly files: Readonly<Record<string, string | { readonly base64: string }>>;
  readonly want?: string;
}

const golden = new URL('../../../../shared/golden/kustomize.jsonl', import.meta.url);
const missing = existsSync(golden) ? false : '../shared/golden/kustomize.jsonl is not there';

describe('flux-ts kustomize', { skip: missing }, () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flux-ts-builds-'));
  });
  after(() => rm(folder, { recursive: true }));

  test('prints from the disk what kubectl kustomize prints', async (t) => {
    const builds = readFileSync(golden, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as GoldenBuild)
      .filter(({ flags, name }) => flags.every(isFlagOfKubectl) && !GAPS.has(name));
    const wrong: string[] = [];
    for (const [index, build] of builds.entries()) {
      const dir = join(folder, String(index));
      await writeFiles(dir, build.files);
      const got = await runCli(['kustomize', build.root, ...build.flags], { cwd: dir });
      // A failed build prints nothing.
      const wanted = { code: build.want === undefined ? 1 : 0, stdout: build.want ?? '' };
      if (got.code !== wanted.code || got.stdout !== wanted.stdout) wrong.push(`${build.name}: ${got.stderr}`);
    }
    t.diagnostic(`${builds.length} builds`);
    assert.deepEqual(wrong, []);
  });
});

/** Builds that the part itself is known not to agree on. */
const GAPS: ReadonlySet<string> = new Set(
  (
    (parseYaml(readFileSync(new URL('../kustomize/known-gaps.yaml', import.meta.url), 'utf8')) as { id: string }[] | null) ?? []
  ).map(({ id }) => id),
);

/** The recorded builds also use flags that kubectl does not have. */
function isFlagOfKubectl(flag: string): boolean {
  return /^--load-restrictor\b|^LoadRestrictions/.test(flag);
}

async function writeFiles(dir: string, files: GoldenBuild['files']): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(dir, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof content === 'string' ? content : Buffer.from(content.base64, 'base64'));
  }
}

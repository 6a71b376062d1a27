import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isFluxError } from '../../../src/lib/core/errors.ts';
import type { JsonValue } from '../../../src/lib/core/json.ts';
import { parseYamlDocuments } from '../../../src/lib/core/yaml/index.ts';
import { openRooted } from '../../../src/lib/engine/filesys/index.ts';
import { DEFAULT_RENDER_OPTIONS, renderInstall, type RenderOptions } from '../../../src/lib/features/install/index.ts';

// What `flux install --export` of flux 2.9.4 printed; its definitions were left out of the record.

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

const cases = readFileSync(new URL('cases/flux-cli.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);
const manifests = openRooted(fileURLToPath(new URL('../../../manifests', import.meta.url)));

describe('renderInstall() gives what flux install --export prints', () => {
  for (const one of cases) {
    it(one.name, async () => {
      const options = parseArgs(one.args);
      if (one.exit !== 0) {
        await assert.rejects(renderInstall(options, manifests), (error) => {
          assert.ok(isFluxError(error, 'install/'));
          assert.equal(`✗ ${error.message}\n`, one.stderr);
          return true;
        });
        return;
      }
      const { yaml, objects } = await renderInstall(options, manifests);
      assert.deepEqual(withoutDefinitions(yaml), documentsOf(one.stdout));
      assert.deepEqual(headOf(yaml), headOf(one.stdout));
      assert.deepEqual(documentsOf(yaml), objects);
    });
  }
});

describe('renderInstall() writes the bytes that flux install --export prints', () => {
  for (const one of cases.filter(({ exit }) => exit === 0)) {
    it(one.name, async () => {
      const { yaml } = await renderInstall(parseArgs(one.args), manifests);
      const documents = yaml.split('\n---\n').filter((text) => !text.includes('kind: CustomResourceDefinition'));
      assert.equal(documents.join('\n---\n'), one.stdout);
    });
  }
});

function parseArgs(args: readonly string[]): RenderOptions {
  const flags = new Map(args.map((arg) => [arg.split('=')[0] ?? '', arg.slice(arg.indexOf('=') + 1)]));
  const list = (text: string): string[] => (text === '' ? [] : text.split(','));
  return {
    ...DEFAULT_RENDER_OPTIONS,
    namespace: flags.get('--namespace') ?? DEFAULT_RENDER_OPTIONS.namespace,
    components: list(flags.get('--components') ?? DEFAULT_RENDER_OPTIONS.components.join(',')),
    componentsExtra: list(flags.get('--components-extra') ?? ''),
    imagePullSecret: flags.get('--image-pull-secret') ?? '',
    registryCreds: flags.get('--registry-creds') ?? '',
    tolerationKeys: list(flags.get('--toleration-keys') ?? ''),
  };
}

function documentsOf(text: string): JsonValue[] {
  return parseYamlDocuments(text).map(({ value }) => value);
}

function withoutDefinitions(text: string): JsonValue[] {
  return documentsOf(text).filter((value) => (value as { kind?: string }).kind !== 'CustomResourceDefinition');
}

function headOf(text: string): string[] {
  return text.split('\n').slice(0, 4);
}

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isFluxError } from '../../../src/lib/core/errors.ts';
import { equalJson, formatJson, parseJson } from '../../../src/lib/core/json.ts';
import type { JsonValue } from '../../../src/lib/core/json.ts';
import { emitYaml, parseYaml } from '../../../src/lib/core/yaml/index.ts';
import type { YamlSchema } from '../../../src/lib/core/yaml/index.ts';

const golden = (name: string) => new URL(`../../../../shared/golden/${name}`, import.meta.url);

function rows(name: string): string[] {
  return readFileSync(golden(name), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function absent(name: string): string | false {
  return existsSync(golden(name)) ? false : `recorded output ${name} is not on this machine`;
}

test('emitYaml() writes the bytes of sigs.k8s.io/yaml', { skip: absent('yaml-emit.jsonl') }, () => {
  const wrong: string[] = [];
  for (const line of rows('yaml-emit.jsonl')) {
    const [value, want] = parseJson(line) as [JsonValue, string];
    const got = emitYaml(value);
    if (got !== want) wrong.push(`${JSON.stringify(want)} but got ${JSON.stringify(got)}`);
  }
  assert.deepEqual(wrong, []);
});

for (const [column, schema] of [
  [1, 'sigs'],
  [2, 'kyaml'],
] as const) {
  test(`parseYaml() reads as Go does, schema ${schema}`, { skip: absent('yaml-scalars.jsonl') }, () => {
    const wrong: string[] = [];
    let right = 0;
    for (const line of rows('yaml-scalars.jsonl')) {
      const row = JSON.parse(line) as [string, string, string];
      if (agree(row[0], row[column], schema)) right++;
      else wrong.push(`${JSON.stringify(row[0])}: want ${row[column]}`);
    }
    assert.deepEqual(wrong, []);
    assert.ok(right > 80);
  });
}

function agree(text: string, want: string, schema: YamlSchema): boolean {
  let got: JsonValue;
  try {
    got = parseYaml(text, { schema });
  } catch (error) {
    return isFluxError(error, 'yaml/') && /^J?ERR/.test(want);
  }
  return !/^J?ERR/.test(want) && sameJson(got, want);
}

/** Compares after a trip through text, since a float and its exact integer are written alike. */
function sameJson(got: JsonValue, want: string): boolean {
  return equalJson(parseJson(formatJson(got)), parseJson(want));
}

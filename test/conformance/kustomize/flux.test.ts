import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isJsonObject } from '../../../src/lib/core/json.ts';
import type { K8sObject } from '../../../src/lib/core/objects.ts';
import { emitYaml, parseYaml } from '../../../src/lib/core/yaml/index.ts';
import { substitute } from '../../../src/lib/engine/envsubst/index.ts';
import { openRooted } from '../../../src/lib/engine/filesys/index.ts';
import { buildFlux } from '../../../src/lib/engine/kustomize/index.ts';
import type { FluxBuildSpec } from '../../../src/lib/engine/kustomize/index.ts';

interface Run {
  readonly name: string;
  readonly args: readonly string[];
  readonly exit: number;
  readonly stdout: string;
}

interface Spec extends FluxBuildSpec {
  readonly postBuild?: { readonly substitute?: Readonly<Record<string, string>> };
  readonly commonMetadata?: { readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> };
}

const shared = new URL('../../../../shared/golden/', import.meta.url);
const recorded = new URL('flux-cli.jsonl', shared);
const missing = existsSync(recorded) ? false : 'recorded output flux-cli.jsonl is not on this machine';

/** What `flux build kustomization` adds to each object, so that its output can be compared. */
function finish(object: K8sObject, spec: Spec, variables: Readonly<Record<string, string>>): K8sObject {
  const { metadata } = object;
  metadata.labels = {
    ...metadata.labels,
    'kustomize.toolkit.fluxcd.io/name': 'web',
    'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
    ...spec.commonMetadata?.labels,
  };
  if (spec.commonMetadata?.annotations !== undefined)
    metadata.annotations = { ...metadata.annotations, ...spec.commonMetadata.annotations };
  const isDisabled = metadata.annotations?.['kustomize.toolkit.fluxcd.io/substitute'] === 'disabled';
  if (Object.keys(variables).length === 0 || isDisabled) return object;
  return parseYaml(substitute(emitYaml(object), (name) => variables[name], { strict: false })) as K8sObject;
}

test('buildFlux() builds what flux build kustomization prints', { skip: missing }, () => {
  const runs = readFileSync(recorded, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{"name": "build-ks-') || line.startsWith('{"name":"build-ks-'))
    .map((line) => JSON.parse(line) as Run)
    .filter((run) => run.exit === 0);
  assert.ok(runs.length >= 10, `only ${runs.length} runs were recorded`);
  const fs = openRooted(fileURLToPath(new URL('inputs', shared)));
  for (const run of runs) {
    const flag = (name: string) => run.args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
    const document = parseYaml(new TextDecoder().decode(fs.readFile(`/${flag('kustomization-file') ?? ''}`)));
    const spec = (isJsonObject(document) ? document['spec'] : {}) as Spec;
    // The command takes .sourceignore and its flag into account; here both have plain names only.
    const ignoreFile = `/${flag('path') ?? ''}/.sourceignore`;
    const ignoreText = fs.stat(ignoreFile) === 'file' ? new TextDecoder().decode(fs.readFile(ignoreFile)) : '';
    const ignored = new Set([...ignoreText.split('\n'), flag('ignore-paths') ?? '']);
    const objects = buildFlux(
      fs,
      { ...spec, path: flag('path') ?? '' },
      { ignore: (path) => [...ignored].some((entry) => (entry.endsWith('/') ? `${path}/`.startsWith(entry) : path === entry)) },
    );
    const variables = spec.postBuild?.substitute ?? {};
    const got = objects.map((object) => `${emitYaml(finish(object, spec, variables))}---\n`).join('');
    assert.equal(got, run.stdout, run.name);
  }
});

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { formatType, type Schema } from './format-type.ts';

interface Definition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: ReadonlyArray<{
      readonly name: string;
      readonly served: boolean;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }>;
  };
}

const HEADER = '// Generated from manifests/crds by `npm run generate`. Do not edit.\n';

/**
 * Writes one TypeScript file per custom resource definition, and an index of them all.
 *
 * Effects: reads the definitions, replaces `src/lib/core/generated/`
 *
 * @param root the repository's root directory
 * @param definitions the paths of the definitions
 */
export async function generateTypes(root: string, definitions: readonly string[]): Promise<void> {
  const folder = join(root, 'src/lib/core/generated');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const index: string[] = [];
  for (const path of definitions) {
    const definition = load(await readFile(path, 'utf8')) as Definition;
    const { kind } = definition.spec.names;
    const file = `${kind.replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase()}.ts`;
    await writeFile(join(folder, file), formatDefinition(definition));
    const names = [kind, `${kind}Spec`, ...(statusOf(definition) === undefined ? [] : [`${kind}Status`])];
    index.push(`export type { ${names.join(', ')} } from './${file}';`);
  }
  await writeFile(join(folder, 'index.ts'), `${HEADER}${index.sort().join('\n')}\n`);
}

/**
 * Writes a definition's served version as TypeScript.
 *
 * Effects: none
 */
export function formatDefinition(definition: Definition): string {
  const { group, names } = definition.spec;
  const { kind } = names;
  const version = servedVersion(definition);
  const schema = version.schema.openAPIV3Schema;
  const spec = formatType(schema.properties?.['spec'] ?? { type: 'object' });
  const status = statusOf(definition);
  const body = [
    `/** \`spec\` of a ${kind}. */`,
    `export type ${kind}Spec = ${spec};`,
    '',
    ...(status === undefined
      ? []
      : [`/** \`status\` of a ${kind}. */`, `export type ${kind}Status = ${formatType(status)};`, '']),
    `/** ${/^[AEIOU]/.test(kind) ? 'An' : 'A'} ${kind} of ${group}/${version.name}. */`,
    `export interface ${kind} extends K8sObject {`,
    `apiVersion: '${group}/${version.name}';`,
    `kind: '${kind}';`,
    // The schema lets it be absent, but no controller accepts such an object.
    `spec: ${kind}Spec;`,
    ...(status === undefined ? [] : [`status?: ${kind}Status;`]),
    '}',
    '',
  ].join('\n');
  const json = ['JsonObject', 'JsonValue'].filter((name) => new RegExp(`\\b${name}\\b`).test(body));
  const imports = [
    ...(json.length === 0 ? [] : [`import type { ${json.join(', ')} } from '../json.ts';`]),
    `import type { K8sObject } from '../objects.ts';`,
  ];
  return `${HEADER}${imports.join('\n')}\n\n${body}`;
}

function servedVersion(definition: Definition): Definition['spec']['versions'][number] {
  const served = definition.spec.versions.filter((version) => version.served);
  const [only] = served;
  if (only === undefined || served.length > 1) {
    throw new TypeError(`${definition.spec.names.kind}: one served version is expected, there are ${served.length}`);
  }
  return only;
}

function statusOf(definition: Definition): Schema | undefined {
  return servedVersion(definition).schema.openAPIV3Schema.properties?.['status'];
}

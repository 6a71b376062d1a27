import { readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';

/*
 * Writes src/lib/engine/kustomize/schema-table.ts from the facts about kustomize's built-in schema:
 *   node tools/generate-kustomize-schema.ts FACTS.json
 * The table holds, for each definition that leads to a merge strategy, its fields as
 * `[next definition, list?, strategy, merge keys]`, with definitions as numbers.
 */

interface Field {
  readonly s?: string;
  readonly k?: readonly string[];
  readonly r?: string;
  readonly l?: boolean;
  readonly m?: boolean;
}

interface Facts {
  readonly clusterScoped: readonly string[];
  readonly gvk: Readonly<Record<string, string>>;
  readonly defs: Readonly<Record<string, Readonly<Record<string, Field>>>>;
}

const source = argv[2];
if (source === undefined) throw new Error('usage: node tools/generate-kustomize-schema.ts FACTS.json');
const facts = JSON.parse(readFileSync(source, 'utf8')) as Facts;
const names = Object.keys(facts.defs);
const numberOf = new Map(names.map((name, at) => [name, at]));
const definitions = names.map((name) =>
  Object.fromEntries(
    Object.entries(facts.defs[name] ?? {}).map(([field, { s, k, r, l, m }]) => [
      field,
      [r === undefined ? -1 : (numberOf.get(r) ?? -1), l === true ? 1 : m === true ? 2 : 0, s ?? '', ...(k ?? [])],
    ]),
  ),
);
const kinds = Object.fromEntries(Object.entries(facts.gvk).map(([gvk, name]) => [gvk, numberOf.get(name) ?? -1]));

const target = new URL('../src/lib/engine/kustomize/schema-table.ts', import.meta.url);
writeFileSync(
  target,
  `// Written by tools/generate-kustomize-schema.ts; do not edit.
// Derived from the OpenAPI data of Kubernetes 1.21.2 (Apache-2.0), the version that kustomize has built in.

/** Kinds known to be cluster-scoped, as \`apiVersion/Kind\`. */
export const CLUSTER_SCOPED: readonly string[] = ${JSON.stringify(facts.clusterScoped, undefined, 2)};

/**
 * The merge strategies as JSON: \`kinds\` gives the number of a definition by \`apiVersion/Kind\`, \`definitions\` the fields of each:
 * \`[next definition or -1, 0 plain | 1 list | 2 map, strategy, ...merge keys]\`, \`names\` their names without \`io.k8s.\`.
 */
export const SCHEMA_JSON = ${quote(JSON.stringify({ kinds, names: names.map((name) => name.replace(/^io\.k8s\./, '')), definitions }))};
`,
);

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

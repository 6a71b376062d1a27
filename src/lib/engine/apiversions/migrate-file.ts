import { isFluxError } from '../../core/errors.ts';
import { isK8sObject } from '../../core/objects.ts';
import { parseYamlDocuments } from '../../core/yaml/index.ts';
import { latestApiVersion, type Target } from './latest-versions.ts';
import { upgradeObject } from './upgrade-object.ts';

/** One line that was changed. */
export interface FileChange {
  /** Counts from 1, in the text as it was. */
  readonly line: number;
  readonly kind: string;
  readonly from: string;
  /** Empty where the line was taken out. */
  readonly to: string;
}

/** A file in the newest APIs. */
export interface MigratedFile {
  readonly text: string;
  readonly changes: readonly FileChange[];
  /** What the user has to look at. */
  readonly warnings: readonly string[];
}

/** A line of the text with its end, and where it began. */
interface Line {
  readonly text: string;
  readonly number: number;
}

/**
 * Rewrites the apiVersions of Flux objects in a YAML text, and takes out simple fields that the new versions do not have.
 * Everything else stays byte for byte: comments, order, quoting, templates.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/migrate.go
 * Differs: dropped fields are taken out or named; upstream changes the version only
 */
export function migrateFile(text: string, target: Target = '2.9'): MigratedFile {
  const changes: FileChange[] = [];
  const warnings: string[] = [];
  const documents = splitDocuments(text);
  const migrated = documents.map((lines) => migrateDocument(lines, target, changes, warnings));
  return { text: migrated.join(''), changes, warnings };
}

function migrateDocument(lines: readonly Line[], target: Target, changes: FileChange[], warnings: string[]): string {
  const out = lines.map(({ text }) => text);
  let kindOfDocument: string | undefined;
  for (const [index, line] of lines.entries()) {
    const version = /^(\s*(?:- )?apiVersion:\s*)(["']?)([^\s"'#]+)\2(\s*(?:#.*)?\r?\n?)$/.exec(line.text);
    const kind = /^\s*kind:\s*["']?([A-Za-z]+)["']?\s*(?:#.*)?\r?\n?$/.exec(lines[index + 1]?.text ?? '')?.[1];
    if (version === null || kind === undefined) continue;
    const [, before = '', quote = '', from = '', after = ''] = version;
    const to = latestApiVersion({ apiVersion: from, kind }, target);
    if (to === undefined || to === from) continue;
    out[index] = `${before}${quote}${to}${quote}${after}`;
    changes.push({ line: line.number, kind, from, to });
    if (!/^\s/.test(line.text)) kindOfDocument = kind;
  }
  if (kindOfDocument !== undefined) dropFields(lines, out, kindOfDocument, changes, warnings);
  return out.join('');
}

/** Takes fields out that stand on one line; names those that do not. */
function dropFields(lines: readonly Line[], out: string[], kind: string, changes: FileChange[], warnings: string[]): void {
  for (const { field, message } of notesOf(lines, kind)) {
    const at = findScalarLine(lines, field);
    const line = at === undefined ? undefined : lines[at];
    if (at === undefined || line === undefined) {
      warnings.push(`${kind} at line ${lines[0]?.number ?? 1}: ${message}; change it by hand`);
      continue;
    }
    out[at] = '';
    changes.push({ line: line.number, kind, from: line.text.trim(), to: '' });
    warnings.push(`line ${line.number}: ${message}`);
  }
}

/** What an upgrade of the document would say; nothing for templates, which are no YAML. */
function notesOf(lines: readonly Line[], kind: string): readonly { field: string; message: string }[] {
  try {
    const [document] = parseYamlDocuments(lines.map(({ text }) => text).join(''));
    const value = document?.value;
    return isK8sObject(value) && value.kind === kind ? upgradeObject(value).notes : [];
  } catch (error) {
    if (!isFluxError(error)) throw error;
    return [];
  }
}

/** The line of `spec.<field>: value`, where it is the only one like it and the value stands on it. */
function findScalarLine(lines: readonly Line[], field: string): number | undefined {
  const [parent, name, ...deeper] = field.split('.');
  if (parent !== 'spec' || name === undefined || deeper.length > 0) return undefined;
  const begin = lines.findIndex(({ text }) => /^spec:\s*(?:#.*)?\r?\n?$/.test(text));
  if (begin < 0) return undefined;
  const end = lines.findIndex(({ text }, index) => index > begin && /^[^\s#]/.test(text));
  const indent = /^\s+/.exec(lines.slice(begin + 1).find(({ text }) => /^\s+[^\s#]/.test(text))?.text ?? '')?.[0] ?? '  ';
  const found = lines.flatMap(({ text }, index) => {
    if (index <= begin || (end >= 0 && index >= end)) return [];
    return text.startsWith(`${indent}${name}:`) && /:\s+[^\s|>&*{[#]/.test(text) ? [index] : [];
  });
  return found.length === 1 ? found[0] : undefined;
}

function splitDocuments(text: string): Line[][] {
  const documents: Line[][] = [[]];
  for (const [index, line] of text.split(/(?<=\n)/).entries()) {
    if (/^---(\s|$)/.test(line)) documents.push([]);
    documents.at(-1)?.push({ text: line, number: index + 1 });
  }
  return documents;
}

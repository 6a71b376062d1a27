import { FluxError } from '../../../core/errors.ts';

/** A submodule as `.gitmodules` names it. */
export interface SubmoduleConfig {
  readonly name: string;
  readonly path: string;
  readonly url: string;
}

const HEADER = /^\[\s*([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\](.*)$/;
const SETTING = /^([A-Za-z][A-Za-z0-9-]*)\s*(?:=(.*))?$/s;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b', '"': '"', '\\': '\\' };

/**
 * Reads `.gitmodules`. Submodules whose name or path would lead out of the repository are passed over, as upstream does.
 *
 * Effects: none
 * Source: git Documentation/gitmodules.txt, git-config.txt "Syntax"; go-git v5 config/modules.go
 *
 * @throws {FluxError} git/invalid-submodule: not in the format, or an entry without path or URL
 */
export function parseGitmodules(text: string): SubmoduleConfig[] {
  const found = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of joinLines(text)) {
    let rest = line.trim();
    const header = HEADER.exec(rest);
    if (header !== null) {
      const [, section = '', name = '', after = ''] = header;
      const key = name.replace(/\\(.)/g, '$1');
      current = section.toLowerCase() === 'submodule' && key !== '' ? (found.get(key) ?? new Map<string, string>()) : undefined;
      if (current !== undefined) found.set(key, current);
      rest = after.trim();
    }
    if (rest === '' || rest.startsWith('#') || rest.startsWith(';')) continue;
    const setting = SETTING.exec(rest);
    if (setting === null) throw invalid(`'.gitmodules' has a line that cannot be read: ${JSON.stringify(rest.slice(0, 80))}`);
    current?.set((setting[1] ?? '').toLowerCase(), parseValue(setting[2] ?? ''));
  }
  const submodules: SubmoduleConfig[] = [];
  for (const [name, settings] of found) {
    const { path = '', url = '' } = Object.fromEntries(settings);
    if (isUnsafeName(name) || /(^|[/\\])\.\.([/\\]|$)/.test(path)) continue;
    if (path === '') throw invalid(`the submodule '${name}' has no path`);
    if (url === '') throw invalid(`the submodule '${name}' has no URL`);
    submodules.push({ name, path, url });
  }
  return submodules;
}

/** A line that ends in a backslash goes on in the next. */
function joinLines(text: string): string[] {
  return text.replace(/\r\n/g, '\n').replace(/\\\n/g, '').split('\n');
}

function parseValue(text: string): string {
  let value = '';
  let isQuoted = false;
  let kept = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '"') isQuoted = !isQuoted;
    else if (char === '\\') {
      at += 1;
      const escape = ESCAPES[text[at] ?? ''];
      if (escape === undefined) throw invalid("'.gitmodules' has an unknown escape");
      value += escape;
    } else if (!isQuoted && (char === '#' || char === ';')) break;
    else if (!isQuoted && /\s/.test(char) && value === '') continue;
    else value += char;
    // Blanks at the end count only within quotes.
    if (isQuoted || !/\s/.test(char)) kept = value.length;
  }
  if (isQuoted) throw invalid("'.gitmodules' has a quote that does not end");
  return value.slice(0, kept);
}

function isUnsafeName(name: string): boolean {
  if (name === '.' || name.includes('\0') || /^[/\\]|[/\\]$/.test(name) || name[1] === ':') return true;
  return name.split(/[/\\]/).some((part) => /^\.\.[. ]*(:.*)?$/.test(part));
}

function invalid(message: string): FluxError {
  return new FluxError('git/invalid-submodule', message, { hint: 'Mend .gitmodules, or leave recurseSubmodules off' });
}

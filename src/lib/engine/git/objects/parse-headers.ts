import { Buffer } from 'node:buffer';

/** A commit or tag object, taken apart. */
export interface Headers {
  /** Values in order; a name may come more than once. Continued lines are joined by line ends. */
  readonly lines: readonly { readonly name: string; readonly value: string }[];
  /** What follows the empty line. */
  readonly message: string;
}

/**
 * Reads the header lines of a commit or tag object.
 *
 * Effects: none
 */
export function parseHeaders(bytes: Uint8Array): Headers {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  const blank = text.indexOf('\n\n');
  const head = blank < 0 ? text.replace(/\n$/, '') : text.slice(0, blank);
  const lines: { name: string; value: string }[] = [];
  for (const line of head.split('\n')) {
    const last = lines.at(-1);
    if (line.startsWith(' ') && last !== undefined) {
      last.value += `\n${line.slice(1)}`;
      continue;
    }
    const space = line.indexOf(' ');
    lines.push(space < 0 ? { name: line, value: '' } : { name: line.slice(0, space), value: line.slice(space + 1) });
  }
  return { lines, message: blank < 0 ? '' : text.slice(blank + 2) };
}

/** The first value of a name. */
export function valueOf(headers: Headers, name: string): string | undefined {
  return headers.lines.find((line) => line.name === name)?.value;
}

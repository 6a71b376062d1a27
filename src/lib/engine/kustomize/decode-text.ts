import { FluxError } from '../../core/errors.ts';

/**
 * Decodes a file as UTF-8.
 *
 * @param keepMark true keeps a byte order mark at the beginning
 * @throws {FluxError} yaml/invalid: it is not UTF-8, with line and column of the first wrong byte
 */
export function decodeText(bytes: Uint8Array, file: string, keepMark = false): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: keepMark }).decode(bytes);
  } catch (cause) {
    const lenient = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const before = lenient.slice(0, firstWrong(lenient, bytes));
    const line = before.split('\n').length;
    const column = before.length - before.lastIndexOf('\n');
    throw new FluxError('yaml/invalid', 'read YAML: the text is not UTF-8', {
      source: { file, line, column },
      hint: 'save the file as UTF-8; for binary content use "files" of a generator',
      cause,
    });
  }
}

/** Where the first character stands that was put in the place of a wrong byte; the text may hold such characters itself. */
function firstWrong(text: string, bytes: Uint8Array): number {
  let at = text.indexOf('\ufffd');
  for (; at >= 0; at = text.indexOf('\ufffd', at + 1)) {
    const offset = Buffer.byteLength(text.slice(0, at));
    const isOwn = bytes[offset] === 0xef && bytes[offset + 1] === 0xbf && bytes[offset + 2] === 0xbd;
    if (!isOwn) return at;
  }
  return 0;
}

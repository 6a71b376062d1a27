/**
 * Makes control characters visible as kubectl does (`^[` for escape), so that a status that somebody else wrote cannot
 * drive the reader's terminal. Line breaks and tabs stay.
 *
 * Effects: none
 *
 * @example escapeControl('\u001b[31mred') // '^[[31mred'
 */
export function escapeControl(text: string): string {
  return text.replaceAll(CONTROL, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 || code === 0x7f ? `^${String.fromCharCode(code ^ 0x40)}` : `\\u00${code.toString(16)}`;
  });
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

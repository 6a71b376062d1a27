/** What the API server accepts at most in a condition's message; bytes. */
const MAX_MESSAGE_BYTES = 32_768;

/**
 * Cuts a message that is too long for a condition and ends it with `...`.
 *
 * Effects: none
 * Source: fluxcd/pkg runtime/conditions trimConditionMessage
 * Differs: never cuts within a character, so the result can be up to three bytes shorter.
 */
export function trimMessage(message: string): string {
  if (message.length * 3 <= MAX_MESSAGE_BYTES) return message;
  const bytes = new TextEncoder().encode(message);
  if (bytes.length <= MAX_MESSAGE_BYTES) return message;
  let end = MAX_MESSAGE_BYTES - 3;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return `${new TextDecoder().decode(bytes.subarray(0, end))}...`;
}

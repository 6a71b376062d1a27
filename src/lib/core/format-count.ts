/**
 * Writes a number of things as a sentence has it.
 *
 * Effects: none
 *
 * @param noun in the singular; its plural is made with an s
 * @example formatCount(1, 'object') // '1 object'
 */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A line of comment between two values. */
export interface FoundComment {
  /** With the `#`. */
  readonly text: string;
  /** From 0. */
  readonly column: number;
  /** Lines without anything between the content before and this comment's line; 0 on the next line. */
  readonly emptyBefore: number;
  /** True where it stands behind other things on its line. */
  readonly isOnLine: boolean;
  /** True where a `-` opened an item since the last comment before it. */
  readonly afterDash: boolean;
  /** True where an empty line, or the end of the text, follows. */
  readonly emptyAfter: boolean;
}

/** Where a comment belongs. */
export type CommentPlace =
  /** Behind the value that was read last. */
  | { readonly kind: 'prior' }
  /** Behind what was read last in the block that begins in this column. */
  | { readonly kind: 'block'; readonly column: number }
  /** Before what comes next; `afterDash` within the item that a `-` on its line opened. */
  | { readonly kind: 'next'; readonly afterDash: boolean };

/** Finds the comments in a stretch of a text that has no values; those within brackets belong to nobody. */
export function findComments(text: string, from: number, to: number): FoundComment[] {
  const found: FoundComment[] = [];
  // Most stretches have none, and a line may be as long as the whole text.
  if (!text.slice(from, to).includes('#')) return found;
  let lineStart = text.lastIndexOf('\n', from - 1) + 1;
  let isOnLine = !/^(?:\s*|---)$/.test(text.slice(lineStart, from));
  let breaks = 0;
  let afterDash = false;
  let depth = 0;
  for (let at = from; at < to; at++) {
    const sign = text[at] ?? '';
    if (sign === '\n') {
      lineStart = at + 1;
      isOnLine = false;
      breaks++;
    } else if (sign === '#' && (at === 0 || /\s/.test(text[at - 1] ?? ''))) {
      const end = endOfLine(text, at);
      if (depth === 0) {
        found.push({
          text: text.slice(at, end).replace(/\r$/, ''),
          column: at - lineStart,
          emptyBefore: Math.max(0, breaks - 1),
          isOnLine: isOnLine || afterDash,
          afterDash,
          emptyAfter: /^\r?\n[ \t\r]*(?:\n|$)/.test(text.slice(end, end + 200)) || end >= text.length,
        });
        breaks = 0;
        afterDash = false;
      }
      at = end - 1;
    } else if (sign === '{' || sign === '[') {
      depth++;
    } else if (sign === '}' || sign === ']') {
      depth = Math.max(0, depth - 1);
    } else if (sign === '-' && /\s/.test(text[at + 1] ?? ' ')) {
      afterDash = true;
    }
  }
  return found;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/**
 * Tells for each comment between two values which of them it belongs to: a block of comments right below a value and with an
 * empty line behind it is that value's, as is one that is indented otherwise than what follows; any other belongs to what follows.
 *
 * Effects: none
 * Source: go.yaml.in/yaml/v3 scannerc.go yaml_parser_scan_comments
 *
 * @param indent column of the innermost block that is open; what is left of it ends that block
 * @param nextColumn column of what follows; 0 at the end
 * @param afterKey true where a key without its value stands before
 */
export function placeComments(
  comments: readonly FoundComment[],
  indent: number,
  nextColumn: number,
  afterKey: boolean,
): CommentPlace[] {
  const places: CommentPlace[] = [];
  let start: number | undefined;
  let mayBeFoot = comments[0]?.emptyBefore === 0;
  const isRightBelow = mayBeFoot && !afterKey && comments[0]?.isOnLine !== true;
  let isAnyBehind = false;
  const putBehind = (upTo: number, isDedented: boolean): void => {
    const column = comments[start ?? upTo]?.column ?? 0;
    const place: CommentPlace = isDedented || isAnyBehind ? { kind: 'block', column } : { kind: 'prior' };
    while (places.length < upTo) places.push(place);
    isAnyBehind = true;
    start = undefined;
  };
  for (const [at, comment] of comments.entries()) {
    const first = start === undefined ? undefined : comments[start];
    if (first !== undefined && comment.column < indent && comment.column !== first.column) putBehind(at, false);
    start ??= at;
    if (!comment.emptyAfter) continue;
    const isDedented = (comments[start]?.column ?? 0) < indent;
    if (mayBeFoot && ((isRightBelow && start === 0) || isDedented)) putBehind(at + 1, isDedented);
    mayBeFoot = false;
  }
  const rest = start === undefined ? undefined : comments[start];
  if (rest !== undefined && nextColumn < indent && nextColumn !== rest.column) putBehind(comments.length, false);
  for (const { afterDash } of comments.slice(places.length)) places.push({ kind: 'next', afterDash });
  return places;
}

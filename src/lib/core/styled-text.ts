/** What a piece of text means; how that looks is up to whoever prints it. */
export type Tone = 'good' | 'bad' | 'mind' | 'doing' | 'dim' | 'strong';

/** A piece of text, of one line or several. */
export interface TextPiece {
  readonly text: string;
  /** Absent: it is like any other text. */
  readonly tone?: Tone;
}

/** The text without what it means. */
export function plainText(pieces: readonly TextPiece[]): string {
  return pieces.map(({ text }) => text).join('');
}

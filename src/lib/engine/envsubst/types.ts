/** A piece of a template: text as it is, or an expression. */
export type TemplateNode = TextNode | ExpressionNode;

/** Text that is written as it stands, escapes already resolved. */
export interface TextNode {
  readonly text: string;
}

/** One `${…}`. */
export interface ExpressionNode {
  /** Name of the variable. */
  readonly variable: string;
  /** What is done with its value, as it stands in the text (`:-`, `##`, `^^`); empty for a bare `${X}`. */
  readonly operator: string;
  /** Operands, each one text or one nested expression. */
  readonly operands: readonly TemplateNode[];
  /** Where its `${` begins, counted in UTF-16 units from 0. */
  readonly offset: number;
}

/** Options of a substitution. */
export interface SubstituteOptions {
  /** True: a variable without value and without default is an error; false: it is empty. Flux's controllers use true. */
  readonly strict: boolean;
}

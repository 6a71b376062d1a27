import type { Progress } from '../../core/progress.ts';

/** How it is told. */
export interface NamedOptions {
  /** False where there is only one, so that nobody has to be told which. */
  readonly isNamed: () => boolean;
  /** True tells what came of it, and what is being done to a terminal only: a run that does not end has much to do. */
  readonly isTerse: boolean;
}

/**
 * Tells the story of one of several objects that are under way at once: each line says of which, and a terminal shows what is
 * being done to it now.
 *
 * Effects: tells
 */
export function tellNamed(progress: Progress, name: string, { isNamed, isTerse }: NamedOptions): Progress {
  const named = (text: string): string => (isNamed() && !text.includes(name) ? `${name}: ${text}` : text);
  return {
    action: (text) => {
      if (!isTerse) progress.action(named(text));
      progress.live?.(name, text);
    },
    generate: (text) => progress.generate(named(text)),
    waiting: (text) => {
      if (!isTerse) progress.waiting(named(text));
      progress.live?.(name, text);
    },
    success: (text) => progress.success(named(text)),
    warning: (text) => progress.warning(named(text)),
    failure: (text, place) => progress.failure(named(text), place),
    detail: (text) => progress.detail(text),
    live: (key, text) => progress.live?.(key, text),
  };
}

import type { Progress } from '../core/progress.ts';
import { redact } from '../core/redact.ts';
import type { TextSink } from '../core/host.ts';
import { escapeControl } from './escape-control.ts';

/** How a mark is coloured. */
export type Tone = 'good' | 'bad' | 'mind' | 'doing' | 'dim' | 'strong';

/** Colours a text; without colours it gives the text back. */
export type Paint = (tone: Tone, text: string) => string;

/** Paints nothing. */
export const PLAIN: Paint = (_tone, text) => text;

/**
 * Tells whether a stream gets colours.
 *
 * Source: no-color.org; FORCE_COLOR and CLICOLOR_FORCE as chalk and most tools read them
 */
export function wantsColour(sink: TextSink, env: Readonly<Record<string, string | undefined>>): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'] || env['CLICOLOR_FORCE'] || '';
  if (forced !== '') return forced !== '0' && forced !== 'false';
  return sink.isTTY && env['TERM'] !== 'dumb';
}

/** Loads the colours; it is called only where there is something to colour. */
export async function loadPaint(): Promise<Paint> {
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  const tones = {
    good: chalk.green,
    bad: chalk.red,
    mind: chalk.yellow,
    doing: chalk.cyan,
    dim: chalk.dim,
    strong: chalk.bold,
  };
  return (tone, text) => tones[tone](text);
}

/**
 * Tells the story of a command on a stream, with Flux's marks.
 *
 * Source: fluxcd/flux2 cmd/flux/log.go
 */
export function tellTo(sink: TextSink, paint: Paint): Progress {
  const clean = (text: string) => escapeControl(redact(text));
  const line = (tone: Tone, mark: string) => (text: string) => sink.write(`${paint(tone, mark)} ${clean(text)}\n`);
  return {
    action: line('doing', '►'),
    generate: line('doing', '✚'),
    waiting: line('doing', '◎'),
    success: line('good', '✔'),
    warning: line('mind', '⚠️ '),
    failure: line('bad', '✗'),
    detail: (text) => sink.write(`${clean(text).replace(/^(?=.)/gm, '    ')}\n`),
  };
}

import { FluxError, isFluxError } from '../../core/errors.ts';
import { substitute, type SubstituteOptions } from '../../engine/envsubst/index.ts';

/**
 * Replaces `${…}` in a text by environment variables. Lines end in a line feed afterwards, the last one too.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/envsubst.go
 * Differs: upstream goes line by line, so that it prints the lines before a failing one, and reads no expression that spans
 * lines; here it is the whole text or nothing, as in the build of a Kustomization.
 *
 * @param name what errors call the text
 * @throws {FluxError} envsubst/…, with the place in the text
 * @example substituteEnvironment('a: ${A}', { A: '1' }, { strict: true }) // 'a: 1\n'
 */
export function substituteEnvironment(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
  options: SubstituteOptions,
  name = 'stdin',
): string {
  if (text === '') return '';
  // A carriage return at the end of a line is dropped, as upstream's line reader does.
  const lines = text.replaceAll(/\r(?=\n|$)/g, '');
  const whole = lines.endsWith('\n') ? lines : `${lines}\n`;
  try {
    return substitute(whole, (variable) => (Object.hasOwn(environment, variable) ? environment[variable] : undefined), options);
  } catch (error) {
    throw isFluxError(error, 'envsubst/') ? withSource(error, name) : error;
  }
}

function withSource(error: FluxError, file: string): FluxError {
  const { line, column } = error.details ?? {};
  return new FluxError(error.code, error.message, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.details === undefined ? {} : { details: error.details }),
    ...(typeof line === 'number' && typeof column === 'number' ? { source: { file, line, column } } : {}),
    cause: error,
  });
}

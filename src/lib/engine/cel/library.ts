import { collectionFunctions } from './collection-functions.ts';
import { conversions } from './conversions.ts';
import { operators } from './operators.ts';
import { type ReadOverload, readOverload } from './signatures.ts';
import { textFunctions } from './text-functions.ts';
import { timeFunctions } from './time-functions.ts';

/** Functions and operators by name. */
export type Library = ReadonlyMap<string, readonly ReadOverload[]>;

/**
 * Makes the library that Flux's environment has: the language's own functions, optional values, and the extensions for
 * texts, sets and encodings.
 *
 * Effects: none
 * Source: fluxcd/pkg runtime/cel/expression.go NewExpression
 */
export function createLibrary(): Library {
  const library = new Map<string, ReadOverload[]>();
  for (const overload of [...operators(), ...conversions(), ...textFunctions(), ...collectionFunctions(), ...timeFunctions()]) {
    const read = readOverload(overload);
    library.set(read.name, [...(library.get(read.name) ?? []), read]);
  }
  return library;
}

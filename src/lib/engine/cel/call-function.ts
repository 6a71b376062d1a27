import { failure } from './failures.ts';
import type { Library } from './library.ts';
import type { StaticType } from './signatures.ts';
import type { Budget, CelValue } from './types.ts';
import { typeNameOf } from './values.ts';

/** Functions whose failure names the types that they were given. */
const TELLS_TYPES =
  /^(?:sets\.|base64\.|strings\.)|^(?:int|uint|double|string|bool|bytes|timestamp|duration|format|substring|charAt|indexOf|lastIndexOf|replace|split)$/;

/** Which types have the operation at all; others fail with its name. */
const HAVE: Readonly<Record<string, readonly string[]>> = {
  '_+_': ['int', 'uint', 'double', 'string', 'bytes', 'list', 'google.protobuf.Timestamp', 'google.protobuf.Duration'],
  '_-_': ['int', 'uint', 'double', 'google.protobuf.Timestamp', 'google.protobuf.Duration'],
  '_%_': ['int', 'uint'],
  '-_': ['int', 'double', 'bool', 'string', 'google.protobuf.Duration'],
  ...Object.fromEntries(
    ['<', '<=', '>', '>='].map((op) => [
      `_${op}_`,
      ['bool', 'int', 'uint', 'double', 'string', 'bytes', 'google.protobuf.Timestamp', 'google.protobuf.Duration'],
    ]),
  ),
};

/** Kinds that answer for all of their member functions. */
const RECEIVERS = ['string', 'google.protobuf.Timestamp', 'google.protobuf.Duration', 'optional_type'];

/**
 * Calls a function by the types of what it is given.
 *
 * Effects: none
 *
 * @param args with what a member function is called on as the first one
 * @throws {FluxError} cel/failed
 */
export function callFunction(
  library: Library,
  name: string,
  isMember: boolean,
  args: readonly CelValue[],
  budget: Budget,
): CelValue {
  budget.spend(1);
  const overload = library
    .get(name)
    ?.find(
      (one) =>
        one.isMember === isMember && one.params.length === args.length && one.params.every((type, at) => fits(type, args[at])),
    );
  if (overload === undefined) throw failure(noOverload(library, name, isMember, args));
  return overload.run(args, budget);
}

/** Only the outermost type is looked at; what is in lists the functions look at themselves. */
function fits(type: StaticType, value: CelValue | undefined): boolean {
  if (type.name === 'param' || type.name === 'dyn') return true;
  const name = typeNameOf(value ?? null);
  return (
    type.name === (name === 'google.protobuf.Timestamp' ? 'timestamp' : name === 'google.protobuf.Duration' ? 'duration' : name)
  );
}

function noOverload(library: Library, name: string, isMember: boolean, args: readonly CelValue[]): string {
  const types = args.map(typeNameOf);
  const [first = ''] = types;
  if (!library.has(name)) {
    return isMember && RECEIVERS.includes(first) ? 'no such overload' : `no such overload: ${name}`;
  }
  const have = HAVE[name];
  if (have !== undefined) return have.includes(first) ? 'no such overload' : `no such overload: ${name}`;
  if (TELLS_TYPES.test(name)) return `no such overload: ${name}(${types.join(', ')})`;
  return RECEIVERS.includes(first) || /^[_!@-]/.test(name) ? 'no such overload' : `no such overload: ${name}`;
}

import { boolean, duration, type Flag, type Flags, type FlagValues, strings } from '../../lib/cli/flags.ts';

/** The flags that all `create` commands have. */
export const CREATE_FLAGS: {
  readonly export: Flag<boolean>;
  readonly interval: Flag<number>;
  readonly label: Flag<readonly string[]>;
} = {
  export: boolean({ description: 'prints the YAML instead of storing it; no cluster is asked' }),
  interval: duration({ defaultText: '1m0s', description: 'how often the object is reconciled' }),
  label: strings({ description: 'label of the object, key=value; can be repeated' }),
};

/** A name of a flag as a member of an object: `secretRef` for `secret-ref`. */
export type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : S;

/** The values of flags, each under the name of its flag in camel case. */
export type FlagOptions<F extends Flags> = { readonly [K in keyof F & string as CamelCase<K>]: FlagValues<F>[K] };

/** Gives the values of flags as the options of whatever they make. */
export function optionsOf<F extends Flags>(flags: FlagValues<F>): FlagOptions<F> {
  return Object.fromEntries(
    Object.entries(flags).map(([name, value]) => [name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()), value]),
  ) as FlagOptions<F>;
}

import { boolean, duration, type Flag, strings } from '../../lib/cli/flags.ts';

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

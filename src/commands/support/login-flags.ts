import { type Flag, string } from '../../lib/cli/flags.ts';

/** User and password. */
export const BASIC_FLAGS: { readonly password: Flag<string>; readonly username: Flag<string> } = {
  password: string({ short: 'p', description: 'password, or token' }),
  username: string({ short: 'u', description: 'user name' }),
};

/** Files with PEM. */
export const TLS_FLAGS: {
  readonly 'ca-crt-file': Flag<string>;
  readonly 'tls-crt-file': Flag<string>;
  readonly 'tls-key-file': Flag<string>;
} = {
  'ca-crt-file': string({ description: 'file with the certificate authority of the server, PEM' }),
  'tls-crt-file': string({ description: 'file with the client certificate, PEM' }),
  'tls-key-file': string({ description: 'file with the key of the client certificate, PEM' }),
};

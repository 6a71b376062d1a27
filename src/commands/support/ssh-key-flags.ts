import { choice, custom, type Flag } from '../../lib/cli/flags.ts';
import { FluxError } from '../../lib/core/errors.ts';

/** How a key pair is to be generated. */
export const SSH_KEY_FLAGS: {
  readonly 'ssh-ecdsa-curve': Flag<'p256' | 'p384' | 'p521' | ''>;
  readonly 'ssh-key-algorithm': Flag<'rsa' | 'ecdsa' | 'ed25519' | ''>;
  readonly 'ssh-rsa-bits': Flag<number>;
} = {
  'ssh-ecdsa-curve': choice({
    options: ['p256', 'p384', 'p521'],
    default: 'p384',
    description: 'curve of a generated ecdsa key',
    refuse: (text) => `unsupported curve '${text}', must be one of: p256, p384, p521`,
  }),
  'ssh-key-algorithm': choice({
    options: ['rsa', 'ecdsa', 'ed25519'],
    default: 'ecdsa',
    description: 'algorithm of a generated key',
    refuse: (text) =>
      text === ''
        ? 'no public key algorithm given, must be one of: rsa, ecdsa, ed25519'
        : `unsupported public key algorithm '${text}', must be one of: rsa, ecdsa, ed25519`,
  }),
  'ssh-rsa-bits': custom({
    type: 'rsaKeyBits',
    default: 2048,
    defaultText: '2048',
    description: 'size of a generated rsa key: at least 1024, a multiple of 8',
    parse: parseRsaBits,
  }),
};

function parseRsaBits(text: string): number {
  if (text.trim() === '') return 2048;
  const bits = Number(text);
  if (!/^[+-]?\d+$/.test(text))
    throw new FluxError('usage/bad-value', `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  if (bits < 1024) throw new FluxError('usage/bad-value', 'RSA key bit size must be at least 1024');
  if (bits % 8 !== 0) throw new FluxError('usage/bad-value', 'RSA key bit size must be a multiples of 8');
  return bits;
}

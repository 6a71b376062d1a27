import { choice, type Flag } from '../../lib/cli/flags.ts';

const TYPES = [
  'generic',
  'generic-hmac',
  'github',
  'gitlab',
  'bitbucket',
  'harbor',
  'dockerhub',
  'quay',
  'gcr',
  'nexus',
  'acr',
  'cdevents',
] as const;

/** Who calls a Receiver. */
export const RECEIVER_TYPE_FLAG: Flag<(typeof TYPES)[number] | ''> = choice({
  options: TYPES,
  description: 'who calls the webhook',
  refuse: (text) =>
    text.trim() === ''
      ? 'no receiver type given, please specify the receiver type'
      : `receiver type '${text}' is not supported, must be one of: ${TYPES.join(', ')}`,
});

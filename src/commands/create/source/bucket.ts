import type { AnyCommand } from '../../../lib/cli/command.ts';
import { boolean, string } from '../../../lib/cli/flags.ts';
import { makeBucket, makeBucketSecret } from '../../../lib/features/create/index.ts';
import { createCommand } from '../../support/create-command.ts';
import { FETCH_TIMEOUT_FLAG, idleLogin, IGNORE_FLAG, providerFlag, SOURCE_SECRET_FLAGS } from '../../support/source-flags.ts';
import { storeLogin } from '../../support/store-login.ts';

const command: AnyCommand = createCommand({
  kind: 'Bucket',
  description:
    'Stores the Bucket, with the secret "bucket-NAME" where keys are given, and waits until its controller has fetched it.',
  examples: [
    {
      description: 'A store inside the cluster, with static keys',
      command:
        'flux-ts create source bucket fleet --bucket-name=fleet --endpoint=minio.minio.svc.cluster.local:9000 --insecure --access-key=$KEY --secret-key=$SECRET',
    },
    {
      description: 'Amazon S3 by the identity of the controller, as YAML',
      command:
        'flux-ts create source bucket fleet --bucket-name=fleet --provider=aws --endpoint=s3.amazonaws.com --region=us-east-1 --interval=10m --export',
    },
  ],
  flags: {
    ...SOURCE_SECRET_FLAGS,
    'access-key': string({ description: 'access key' }),
    'bucket-name': string({ description: 'name of the bucket' }),
    endpoint: string({ description: 'host of the store, with a port where it needs one' }),
    'fetch-timeout': FETCH_TIMEOUT_FLAG,
    'ignore-paths': IGNORE_FLAG,
    insecure: boolean({ description: 'speaks plain HTTP' }),
    provider: providerFlag('bucket', 'the S3 compatible storage provider name'),
    region: string({ description: 'region of the bucket' }),
    'secret-key': string({ description: 'secret key' }),
  },
  make: (options) => makeBucket(options, options),
  async prepare(object, options, { context }) {
    const secret = options.secretRef === '' ? makeBucketSecret(options, options) : undefined;
    if (secret === undefined) return object;
    return makeBucket(options, { ...options, secretRef: await storeLogin(secret, 'the bucket credentials', context) });
  },
  idle: (options) => ({
    ...idleLogin(options, 'a Secret with accesskey and secretkey', ['access-key', 'secret-key']),
    ...((options.accessKey === '') === (options.secretKey === '') ? {} : { 'it takes both keys': ['access-key', 'secret-key'] }),
  }),
});
export default command;

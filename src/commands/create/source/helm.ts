import type { AnyCommand } from '../../../lib/cli/command.ts';
import { boolean, string } from '../../../lib/cli/flags.ts';
import { makeHelmRepository, makeHelmSecret } from '../../../lib/features/create/index.ts';
import { createCommand } from '../../support/create-command.ts';
import { BASIC_FLAGS } from '../../support/login-flags.ts';
import { readTlsFiles } from '../../support/read-tls-files.ts';
import { FETCH_TIMEOUT_FLAG, idleLogin } from '../../support/source-flags.ts';
import { storeLogin } from '../../support/store-login.ts';
import { warnOfUnknown } from '../../support/unknown-value.ts';

const command: AnyCommand = createCommand({
  kind: 'HelmRepository',
  description:
    'Stores the HelmRepository, with the secret "helm-NAME" where a login is given, and waits until its controller has fetched the index. One with oci:// has none and needs no wait.',
  examples: [
    {
      description: 'A public repository',
      command: 'flux-ts create source helm podinfo --url=https://stefanprodan.github.io/podinfo --interval=10m',
    },
    {
      description: 'A private one, with user and password',
      command: 'flux-ts create source helm charts --url=https://charts.example.com --username=robot --password=$TOKEN',
    },
    {
      description: 'One in a registry, with a login that there is, as YAML',
      command: 'flux-ts create source helm podinfo --url=oci://ghcr.io/stefanprodan/charts --secret-ref=ghcr-auth --export',
    },
  ],
  flags: {
    ...BASIC_FLAGS,
    'ca-file': string({ description: 'file with the certificate authority of the server, PEM' }),
    'cert-file': string({ description: 'file with a client certificate, PEM' }),
    'fetch-timeout': FETCH_TIMEOUT_FLAG,
    'key-file': string({ description: 'file with the key of the client certificate, PEM' }),
    'oci-provider': string({ description: 'who logs in to an oci:// repository: generic, aws, azure or gcp' }),
    'pass-credentials': boolean({
      description: 'sends the login to all hosts that charts come from, not only to the one of --url',
    }),
    'secret-ref': string({ description: 'secret with the login that there already is' }),
    url: string({ description: 'URL: https, http or oci' }),
  },
  make(options, { context }) {
    const object = makeHelmRepository(options, options);
    warnOfUnknown('oci-provider', options.ociProvider, ['generic', 'aws', 'azure', 'gcp'], context.progress);
    return object;
  },
  async prepare(object, options, { context }) {
    if (options.secretRef !== '') return object;
    // One of the two alone is passed over, as upstream does; idle() tells it.
    const hasPair = options.certFile !== '' && options.keyFile !== '';
    const files = {
      caFile: options.caFile,
      certificateFile: hasPair ? options.certFile : '',
      keyFile: hasPair ? options.keyFile : '',
    };
    const secret = makeHelmSecret(
      { ...options, name: `helm-${options.name}` },
      { ...options, ...(await readTlsFiles(files, context)) },
    );
    if (secret['stringData'] === undefined) return object;
    return makeHelmRepository(options, { ...options, secretRef: await storeLogin(secret, 'repository credentials', context) });
  },
  idle(options) {
    const login = ['username', 'password', 'ca-file', 'cert-file', 'key-file'];
    const isOci = options.url.toLowerCase().startsWith('oci:');
    const hasLogin = options.secretRef !== '' || [options.username, options.caFile, options.certFile].some((text) => text !== '');
    return {
      ...idleLogin(options, 'helm', login),
      ...(isOci ? {} : { 'only oci:// has providers': ['oci-provider'] }),
      ...(hasLogin && !(options.export && options.secretRef === '') ? {} : { 'there is no login to pass': ['pass-credentials'] }),
      ...((options.certFile === '') === (options.keyFile === '')
        ? {}
        : { 'a client certificate takes both': ['cert-file', 'key-file'] }),
    };
  },
});
export default command;

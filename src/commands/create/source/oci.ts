import type { AnyCommand } from '../../../lib/cli/command.ts';
import { boolean, string } from '../../../lib/cli/flags.ts';
import { makeOciRepository } from '../../../lib/features/create/index.ts';
import { createCommand } from '../../support/create-command.ts';
import { FETCH_TIMEOUT_FLAG, IGNORE_FLAG, providerFlag, SOURCE_SECRET_FLAGS, VERIFY_FLAGS } from '../../support/source-flags.ts';

const command: AnyCommand = createCommand({
  kind: 'OCIRepository',
  description: 'Stores the OCIRepository and waits until its controller has fetched it.',
  examples: [
    {
      description: 'A public artifact, at a tag',
      command: 'flux-ts create source oci podinfo --url=oci://ghcr.io/stefanprodan/manifests/podinfo --tag=6.6.2 --interval=10m',
    },
    {
      description: 'One that must be signed by its own pipeline',
      command:
        "flux-ts create source oci podinfo --url=oci://ghcr.io/stefanprodan/manifests/podinfo --tag=6.6.2 --verify-provider=cosign --verify-issuer='^https://token.actions.githubusercontent.com$' --verify-subject='^https://github.com/stefanprodan/podinfo/'",
    },
    {
      description: 'A Helm chart in a registry, as YAML',
      command:
        'flux-ts create source oci podinfo --url=oci://ghcr.io/stefanprodan/charts/podinfo --tag-semver=6.x --layer-selector=application/vnd.cncf.helm.chart.content.v1.tar+gzip:copy --export',
    },
  ],
  flags: {
    ...SOURCE_SECRET_FLAGS,
    ...VERIFY_FLAGS,
    'cert-ref': string({ description: 'secret with certificates for the registry' }),
    digest: string({ description: 'digest; it wins over the others' }),
    'fetch-timeout': FETCH_TIMEOUT_FLAG,
    'ignore-paths': IGNORE_FLAG,
    insecure: boolean({ description: 'speaks plain HTTP' }),
    'layer-selector': string({
      description: 'layer to take, MEDIA-TYPE:extract or MEDIA-TYPE:copy (default: the first, extracted)',
    }),
    provider: providerFlag('OCI', 'the OCI provider name'),
    'service-account': string({ description: 'account whose image pull secrets are the login' }),
    tag: string({ description: 'tag' }),
    'tag-semver': string({ description: 'range of versions; the highest tag counts' }),
    url: string({ description: 'URL without a tag: oci://HOST/PATH' }),
  },
  make(options, { context }) {
    const object = makeOciRepository(options, options);
    if (!options.url.startsWith('oci://')) {
      context.progress.warning(`--url=${options.url} does not begin with oci://: the API server will refuse it`);
    }
    return object;
  },
});
export default command;

import type { AnyCommand } from '../../../lib/cli/command.ts';
import { duration, string } from '../../../lib/cli/flags.ts';
import { makeImagePolicy } from '../../../lib/features/create/index.ts';
import { createCommand } from '../../support/create-command.ts';

const command: AnyCommand = createCommand({
  kind: 'ImagePolicy',
  description:
    'It chooses one of the tags that an ImageRepository lists: the highest version of a range, or the last one by letters or by numbers. Stores it and waits until its controller has chosen.',
  examples: [
    {
      description: 'The highest version of a range',
      command: 'flux-ts create image policy podinfo --image-ref=podinfo --select-semver=6.x',
    },
    {
      description: 'The newest build of main, by the number in its tag, as YAML',
      command:
        "flux-ts create image policy app --image-ref=app --filter-regex='^main-(?P<build>[0-9]+)$' --filter-extract='$build' --select-numeric=asc --export",
    },
  ],
  flags: {
    'filter-extract': string({ description: 'what of the tag is compared, by groups of --filter-regex: $build' }),
    'filter-regex': string({ description: 'regular expression (RE2) of the tags that count' }),
    'image-ref': string({ description: 'name of the ImageRepository, in the same namespace' }),
    interval: duration({
      defaultText: '0s',
      description: 'how often the digest is looked up, with --reflect-digest=Always; 0s leaves it to the ImageRepository',
    }),
    'reflect-digest': string({ description: 'whether the digest of the tag is kept too: Never, IfNotPresent or Always' }),
    'select-alpha': string({ description: 'by letters: asc takes the last, desc the first' }),
    'select-numeric': string({ description: 'by numbers: asc takes the last, desc the first' }),
    'select-semver': string({ description: 'range of versions; the highest counts' }),
  },
  make: (options) => makeImagePolicy(options, options),
});
export default command;

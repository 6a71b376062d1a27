import type { Random } from '../kill/random.ts';

/** A flag as facts/flux-cli.json has it. */
export interface FactFlag {
  readonly name: string;
  readonly shorthand: string | null;
  readonly type: string;
  readonly default: string;
  readonly enum?: readonly string[];
}

/** A command as facts/flux-cli.json has it. */
export interface FactCommand {
  readonly path: string;
  readonly runnable: boolean;
  readonly group: boolean;
  readonly localFlags: readonly FactFlag[];
}

/** Values that suit a flag by its name. */
const FITTING: Readonly<Record<string, readonly string[]>> = {
  url: [
    'https://github.com/stefanprodan/podinfo',
    'oci://ghcr.io/stefanprodan/charts',
    'http://example.com/x?y=z#f',
    'https://user:pw@h/p',
  ],
  branch: ['main', 'release/v1', 'yes', '1.0', 'feature/*'],
  source: [
    'GitRepository/podinfo',
    'OCIRepository/app',
    'Bucket/b',
    'HelmRepository/podinfo',
    'GitRepository/app.flux-system',
    'podinfo',
    'helmrepository/x',
    'Foo/x',
  ],
  'chart-ref': ['OCIRepository/app', 'HelmChart/podinfo', 'OCIRepository/app.apps', 'GitRepository/x', 'x'],
  'depends-on': ['infra', 'apps/infra', 'a,b', 'a/b/c', 'infra@ready', '/x', 'x/'],
  path: ['./deploy', 'deploy', '/deploy', '../x', './a b', '.'],
  'git-repo-path': ['./clusters', '/x', 'a'],
  'health-check': [
    'Deployment/web.apps',
    'Deployment/web',
    'deployments/web.apps',
    'HelmRelease/x.y',
    'StatefulSet/a.b,Deployment/c.d',
    'x',
  ],
  label: ['a=b', 'a.b/c=d,e=f', 'a=', 'team=x y', 'a', 'A_b=Yes', '-a=b', 'a=1'],
  interval: ['1m', '90s', '1h30m', '0s', '-5m', '1.5s', '500ms', '10', '1d', '1m0.5s', '100us'],
  'values-from': ['Secret/s', 'ConfigMap/c', 'Secret/s,ConfigMap/c', 'secret/s', 'x', 'Foo/x', 'Secret/'],
  values: [
    'values1.yaml',
    'values2.yaml',
    'values-empty.yaml',
    'values-list.yaml',
    'values-struct.yaml',
    'values-bad.yaml',
    'values.json',
    'missing.yaml',
  ],
  'ca-file': ['ca.crt', 'missing', 'garbage.txt'],
  'ca-crt-file': ['ca.crt', 'missing', 'garbage.txt'],
  'ca-cert-file': ['ca.crt', 'missing', 'garbage.txt', 'tls.crt'],
  'tls-crt-file': ['tls.crt', 'missing'],
  'tls-key-file': ['ca.txt', 'missing', 'garbage.txt'],
  'cert-file': ['tls.crt', 'missing'],
  'key-file': ['ca.txt', 'missing'],
  'trust-policy-file': ['trustpolicy.json', 'trustpolicy-min.json', 'trustpolicy-badversion.json', 'missing'],
  'app-private-key': ['ca.txt', 'missing'],
  'private-key-file': ['ca.txt', 'missing'],
  'event-source': [
    'Kustomization/podinfo',
    'Kustomization/*',
    'Kustomization/a,HelmRelease/b',
    'GitRepository/x.y',
    'Foo/x',
    'x',
    'Kustomization/',
  ],
  event: ['ping', 'push', 'ping,push', 'x y'],
  resource: [
    'GitRepository/webapp',
    'HelmRepository/webapp',
    'GitRepository/a,OCIRepository/b',
    'GitRepository/a.b',
    'Foo/x',
    'x',
  ],
  image: ['ghcr.io/stefanprodan/podinfo', 'nginx', 'nginx:1.2', 'https://x', 'UPPER/x', ''],
  'filter-regex': ['^main-(?P<ts>[0-9]+)$', '.*', '(', '^v(?<a>.*)$', '[a-'],
  'filter-extract': ['$ts', '$a', '${ts}', '$1'],
  'select-semver': ['>=1.0.0', '1.x', '*', 'abc', '~1.2', '>=1.0.0-0 <2.0.0'],
  'select-alpha': ['asc', 'desc', 'up'],
  'select-numeric': ['asc', 'desc', 'up'],
  'tag-semver': ['>=1.0.0', 'abc', '1.x'],
  'verify-subject': ['^https://github.com/org/.*$', 'x', '('],
  'verify-issuer': ['^https://token.actions.githubusercontent.com$', 'x'],
  'verify-secret-ref': ['cosign', 'a/b'],
  type: ['slack', 'github', 'generic', 'msteams', 'generic-oidc', 'dockerhub', 'x', 'githubdispatch'],
  address: ['https://hooks.slack.com/x', 'http://proxy:8080', 'proxy:8080', 'socks5://x', ''],
  'layer-selector': ['application/x.y:extract', 'application/x:copy', 'x', 'a:b:c', ':'],
  'ssh-rsa-bits': ['2048', '1024', '4096', '1000', '1025', 'x', ''],
  'with-namespace': ['apps', 'frontend', 'a,b', 'Bad_', 'x', 'kube-system'],
  'cluster-role': ['cluster-admin', 'admin', 'view'],
  namespace: ['apps', 'default', 'flux-system'],
  'retry-interval': ['1m', '0s', '-1m', 'x'],
  'app-id': ['1234', '0', '0012'],
  'app-installation-id': ['5678', '1'],
  'app-base-url': ['https://github.example.com/api/v3', 'http://x'],
  tag: ['v1.0.0', '6.1.0', 'latest', '1e3', '0x1F'],
  digest: ['sha256:abc', 'x'],
  commit: ['abcdef0123456789abcdef0123456789abcdef01', 'abc', '1e10'],
  'ref-name': ['refs/heads/main', 'refs/pull/1/head', 'main', 'yes'],
  'email-claim': ['a@b.c', 'x'],
  'audience-claim': ['https://x', 'aud'],
  hostname: ['flux.example.com', 'h'],
  token: ['t0k3n', 'a b', '123', ''],
  'commit-template': [
    'Update {{ .AutomationObject }}',
    'line\nline two\n',
    'x: y',
    '{{range .Changed.Changes}}{{print .OldValue}} -> {{println .NewValue}}{{end}}',
  ],
};

/** What goes through YAML, quotes and columns in ways of its own. */
const ODD: readonly string[] = [
  '',
  ' ',
  'yes',
  'no',
  'null',
  '~',
  '0755',
  '1.0',
  '1e3',
  '0x10',
  '1_000',
  '-',
  '- a',
  'a: b',
  'a #b',
  '#a',
  '*a',
  '&a',
  '!a',
  '|',
  '>',
  '%a',
  '@a',
  '`a`',
  "it's",
  '"quoted"',
  "''",
  'a\tb',
  'a\nb',
  'a\n',
  '\na',
  ' a',
  'a ',
  'ä',
  '漢字',
  '🚀',
  '\u00a0x',
  '\u2028',
  '2024-01-31',
  '12:30',
  '.5',
  '+1',
  '1.',
  'true',
  'True',
  'NO',
  'on',
  '=',
  '<<',
  'a very long text of many words that is folded near column eighty by the library that flux writes its YAML with, twice over, since it is so long',
  'averyveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryverylongwordthatcannotbefoldedanywhere and more',
  'a,b',
  'a=b',
  '{a}',
  '[a]',
  '{',
  '[',
  '\\',
  'C:\\x',
  '$x',
  '${x}',
  'key: "v"',
  '? a',
  ': a',
  'a:',
  'a :b',
  '---',
  '...',
  '1:20:30',
  '0o17',
  '0b1',
  '.inf',
  '.NaN',
  '9007199254740993',
  '-0',
];

const NAMES: readonly string[] = [
  'podinfo',
  'web-app',
  'a1',
  'x',
  'UPPER',
  'a_b',
  'a.b',
  'a-',
  'averylongnamethatgoesonandonuntilitistoolongforalabelofkubernetes',
  '',
];

/** Chance that a value is an odd one. */
const ODD_SHARE = 0.18;

/** A value for a flag, mostly one that makes sense. */
export function valueFor(flag: FactFlag, random: Random): string {
  if (flag.enum !== undefined) return random.next() < 0.85 ? random.pick(flag.enum) : random.pick(['', 'x', 'GENERIC']);
  if (flag.type === 'bool') return random.pick(['true', 'true', 'false', 'x', '1', 'T']);
  if (flag.type === 'duration') return random.pick(FITTING['interval'] ?? []);
  const fitting = FITTING[flag.name];
  if (fitting !== undefined && random.next() > ODD_SHARE) return random.pick(fitting);
  if (/secret|ref$|account|namespace/u.test(flag.name) && random.next() > ODD_SHARE)
    return random.pick(['my-secret', 'default', 'team-a', 'a/b']);
  return random.next() < 0.4 ? random.pick(['abc', 'some-value', 'x']) : random.pick(ODD);
}

/** Words of one run: those of a recorded run, with some flags put in, changed, said twice or taken out. */
export function changeWords(args: readonly string[], nameAt: number, flags: readonly FactFlag[], random: Random): string[] {
  let words = [...args];
  if (random.next() < 0.15) {
    if (nameAt < words.length) words[nameAt] = random.pick(NAMES);
  }
  const changes = random.below(4);
  for (let n = 0; n < changes; n++) {
    const at = words.findIndex((word, index) => index > 2 && word.startsWith('--') && word.includes('=') && random.next() < 0.4);
    const kind = random.next();
    if (at > 0 && kind < 0.2) words = words.filter((_, index) => index !== at);
    else {
      const flag = random.pick(flags);
      const value = valueFor(flag, random);
      const isBare = flag.type === 'bool' && random.next() < 0.7;
      const word = isBare ? `--${flag.name}` : `--${flag.name}=${value}`;
      const before = words.findIndex((other) => other.startsWith(`--${flag.name}=`));
      if (before > 0 && random.next() < 0.7) words[before] = word;
      else words.push(...(!isBare && random.next() < 0.1 ? [`--${flag.name}`, value] : [word]));
    }
  }
  return words;
}

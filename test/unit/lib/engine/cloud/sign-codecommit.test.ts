import assert from 'node:assert/strict';
import { it } from 'node:test';
import { codeCommitRegion } from '../../../../../src/lib/engine/cloud/aws-endpoints.ts';
import { signCodeCommit } from '../../../../../src/lib/engine/cloud/sign-codecommit.ts';

const NOW = Date.UTC(2026, 7, 1, 10, 59, 9);
const URL_OF = new URL('https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/fleet.infra_1');
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

// The password is that of github.com/aws/smithy-go/aws-http-auth v1.2.2, with the options that Flux sets.
const PASSWORD = '20260801T105909Z0619e69f63dea3a50087bdadad7987605dcda6b294a49b3a103cf6b2b559a06b';

it('signCodeCommit() makes the password that Flux makes', () => {
  assert.deepEqual(signCodeCommit(URL_OF, 'eu-west-1', KEYS, NOW), {
    kind: 'basic',
    username: 'AKIDEXAMPLE',
    password: PASSWORD,
  });
  const session = signCodeCommit(URL_OF, 'eu-west-1', { ...KEYS, sessionToken: 'TOKEN' }, NOW);
  assert.deepEqual(session, { kind: 'basic', username: 'AKIDEXAMPLE%TOKEN', password: PASSWORD });
});

it('codeCommitRegion() reads addresses of CodeCommit over https, and no others', () => {
  const regionOf = (url: string): string | undefined => codeCommitRegion(new URL(url));
  assert.equal(regionOf('https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/x'), 'eu-west-1');
  assert.equal(regionOf('https://git-codecommit-fips.us-east-1.amazonaws.com/v1/repos/x'), 'us-east-1');
  assert.equal(regionOf('https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/x'), 'cn-north-1');
  for (const url of [
    'http://git-codecommit.eu-west-1.amazonaws.com/v1/repos/x',
    'https://git-codecommit.eu-west-1.amazonaws.com.evil.test/v1/repos/x',
    'https://evil.test/git-codecommit.eu-west-1.amazonaws.com',
    'ssh://git-codecommit.eu-west-1.amazonaws.com/v1/repos/x',
  ]) {
    assert.equal(regionOf(url), undefined, url);
  }
});

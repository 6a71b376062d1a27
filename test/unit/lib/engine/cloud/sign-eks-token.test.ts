import assert from 'node:assert/strict';
import { it } from 'node:test';
import { stsHost } from '../../../../../src/lib/engine/cloud/aws-endpoints.ts';
import { signEksToken } from '../../../../../src/lib/engine/cloud/sign-eks-token.ts';

const NOW = Date.UTC(2026, 7, 1, 10, 59, 9);
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const CLUSTER = { partition: 'aws', region: 'eu-west-1', name: 'prod-1' };
const urlOf = (token: string): URL => new URL(Buffer.from(token.replace('k8s-aws-v1.', ''), 'base64url').toString());

// The signatures are those of github.com/aws/aws-sdk-go-v2 v1.41.1, aws/signer/v4 PresignHTTP, with the headers that Flux sets.
it('signEksToken() makes the token that the SDK in Go makes', () => {
  const { token, expiresAtMs } = signEksToken(CLUSTER, KEYS, NOW);
  assert.equal(
    token,
    'k8s-aws-v1.aHR0cHM6Ly9zdHMuZXUtd2VzdC0xLmFtYXpvbmF3cy5jb20vP0FjdGlvbj1HZXRDYWxsZXJJZGVudGl0eSZWZXJzaW9uPTIwMTEtMDYtMTUmWC1BbXotQWxnb3JpdGhtPUFXUzQtSE1BQy1TSEEyNTYmWC1BbXotQ3JlZGVudGlhbD1BS0lERVhBTVBMRSUyRjIwMjYwODAxJTJGZXUtd2VzdC0xJTJGc3RzJTJGYXdzNF9yZXF1ZXN0JlgtQW16LURhdGU9MjAyNjA4MDFUMTA1OTA5WiZYLUFtei1FeHBpcmVzPTkwMCZYLUFtei1TaWduZWRIZWFkZXJzPWhvc3QlM0J4LWs4cy1hd3MtaWQmWC1BbXotU2lnbmF0dXJlPTRiMGMxZDE0MmQ4Y2ZkMDRjMGNkOWFjZTg3MGM4MDM3M2U5MDQxMWVmMjIwMGMyNTA2ZDMzYTAyNTk2MjQzOWM',
  );
  assert.equal(expiresAtMs, NOW + 900_000);
});

it('signEksToken() signs the token of a session too, and the cluster', () => {
  const session = urlOf(signEksToken(CLUSTER, { ...KEYS, sessionToken: 'SESSION/TOKEN+EXAMPLE==' }, NOW).token).searchParams;
  assert.equal(session.get('X-Amz-Security-Token'), 'SESSION/TOKEN+EXAMPLE==');
  assert.equal(session.get('X-Amz-Signature'), '07dc101e5ab82d9884939474219b7c316b97cf197a110ec6d822ddd5dc2f779a');
  const other = urlOf(signEksToken({ ...CLUSTER, name: 'prod-2' }, KEYS, NOW).token).searchParams;
  assert.notEqual(other.get('X-Amz-Signature'), '4b0c1d142d8cfd04c0cd9ace870c80373e90411ef2200c2506d33a025962439c');
});

it('stsHost() knows the partitions', () => {
  assert.equal(stsHost('aws-us-gov', 'us-gov-west-1'), 'sts.us-gov-west-1.amazonaws.com');
  assert.equal(stsHost('aws-cn', 'cn-north-1'), 'sts.cn-north-1.amazonaws.com.cn');
});

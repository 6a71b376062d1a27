import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { type Cloud, createCloud } from '../../../../../src/lib/engine/cloud/create-cloud.ts';
import type { AccountPort, AccountRef, ClusterRequest, PackagePort } from '../../../../../src/lib/engine/cloud/types.ts';

/** When it is. */
export const NOW: number = Date.UTC(2026, 7, 1, 10, 59, 9);
/** An account of the cluster. */
export const ACCOUNT: AccountRef = { namespace: 'apps', name: 'remote' };
/** What stands for a certificate. */
export const PEM: string = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';
/** Clusters that are looked up. */
export const EKS: ClusterRequest = { cluster: 'arn:aws:eks:eu-west-1:1:cluster/prod', address: '', authority: '' };
export const AKS: ClusterRequest = {
  cluster: `/subscriptions/${'0'.repeat(36)}/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/prod`,
  address: '',
  authority: '',
};
export const GKE: ClusterRequest = { cluster: 'projects/p/locations/l/clusters/prod', address: '', authority: '' };

/** Accounts with these annotations, and the audiences that tokens were asked for. */
export function accountsWith(annotations: Record<string, string>, asked: string[] = []): AccountPort {
  const object: K8sObject = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...ACCOUNT, annotations } };
  return {
    get: ({ name }) => Promise.resolve(name === ACCOUNT.name ? object : undefined),
    issueToken({ name }, audiences) {
      asked.push(`${name}: ${audiences.join(' ')}`);
      return Promise.resolve('account-token');
    },
  };
}

/** The door under test. */
export const cloudWith = (loadPackage: PackagePort, accounts?: AccountPort): Cloud =>
  createCloud({ loadPackage, now: () => NOW, env: {}, ...(accounts === undefined ? {} : { accounts }) });

/** An endpoint that keeps what it is asked and gives prepared answers, in the place of a cloud's. */
export interface Endpoint {
  readonly url: string;
  readonly asked: string[];
  answers: Record<string, string>;
  close(): void;
}

export async function openEndpoint(): Promise<Endpoint> {
  const asked: string[] = [];
  const endpoint: { answers: Record<string, string> } = { answers: {} };
  const server: Server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const { authorization = '' } = request.headers;
      asked.push(`${request.method} ${request.url} ${authorization.slice(0, 20)} ${body}`);
      const answer = endpoint.answers[`${request.method} ${request.url?.split('?')[0]}`];
      response.writeHead(answer === undefined ? 404 : 200, {
        'content-type': answer?.startsWith('<') === true ? 'text/xml' : 'application/json',
      });
      response.end(answer ?? '{}');
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return Object.assign(endpoint, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close() {
      server.closeAllConnections();
      server.close();
    },
  });
}

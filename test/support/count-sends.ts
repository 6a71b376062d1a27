import { makeSend, type HttpRequest, type SendPort } from '../../src/lib/engine/oci/index.ts';

/** A way to send that keeps what was sent: `PUT /v2/app/manifests/v1`. */
export interface CountedSend {
  readonly send: SendPort;
  readonly sent: string[];
  close(): void;
}

/** Sends over the network and keeps the requests. */
export function countSends(): CountedSend {
  const { send, close } = makeSend({ env: {} });
  const sent: string[] = [];
  return {
    sent,
    close,
    send(request: HttpRequest) {
      sent.push(`${request.method} ${request.url.pathname}`);
      return send(request);
    },
  };
}

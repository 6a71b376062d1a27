/**
 * Tells which proxy a connection goes through; `undefined` means none.
 *
 * The cluster's own proxy wins and heeds no exceptions. The environment's never serves this machine itself.
 *
 * Effects: none
 * Source: client-go rest.Config.Proxy; golang.org/x/net/http/httpproxy
 *
 * @param server the server's URL
 * @param proxyUrl the cluster entry's proxy
 * @param env HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in capitals or not
 */
export function decideProxy(
  server: string,
  proxyUrl: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (proxyUrl !== undefined && proxyUrl !== '') return proxyUrl;
  const url = new URL(server);
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = env[name] || env[name.toLowerCase()];
  if (!proxy) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (host === 'localhost' || host === '::1' || (host.startsWith('127.') && isAddress(host))) return undefined;
  const exceptions = (env['NO_PROXY'] || env['no_proxy'] || '').split(',');
  if (exceptions.some((exception) => matchesException(exception.trim().toLowerCase(), host, port))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function matchesException(exception: string, host: string, port: string): boolean {
  if (exception === '') return false;
  if (exception === '*') return true;
  if (exception.includes('/')) return inRange(host, exception);
  const parts = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(exception);
  // An IPv6 address without brackets has colons of its own.
  const name = (parts?.[1] ?? exception).replace(/^\[|\]$/g, '');
  if (parts?.[2] !== undefined && parts[2] !== port) return false;
  if (name.startsWith('*.')) return host.endsWith(name.slice(1));
  if (name.startsWith('.')) return host.endsWith(name);
  return host === name || (!isAddress(name) && host.endsWith(`.${name}`));
}

function isAddress(name: string): boolean {
  return name.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(name);
}

function inRange(host: string, range: string): boolean {
  const slash = range.lastIndexOf('/');
  const address = parseAddress(host);
  const network = parseAddress(range.slice(0, slash));
  const length = Number(range.slice(slash + 1));
  if (address === undefined || network === undefined || address.bits !== network.bits || !(length <= address.bits)) return false;
  const rest = BigInt(address.bits - length);
  return address.value >> rest === network.value >> rest;
}

function parseAddress(text: string): { bits: 32 | 128; value: bigint } | undefined {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) {
    return { bits: 32, value: text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
  }
  if (!text.includes(':') || !/^[0-9a-f:]+$/.test(text)) return undefined;
  const [head = '', tail] = text.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0'), ...right];
  if (groups.length !== 8) return undefined;
  return { bits: 128, value: groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n) };
}

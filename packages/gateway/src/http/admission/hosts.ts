import type { Request } from 'express';

/** Names that lead to the machine itself, wherever DNS is made to point. */
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The host of a Host header or an origin, in small letters and without its port; undefined for what is none. */
export function hostNameOf(host: string | undefined): string | undefined {
  const [, name] = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9_.-]{1,253})(?::\d{1,5})?$/i.exec(host ?? '') ?? [];
  return name?.toLowerCase().replace(/\.$/, '');
}

/**
 * Whether a request may have come under this name. A page under a name that an attacker makes lead here (DNS rebinding)
 * is of the same origin for a browser. An address needs no such trust: the one that the connection came to is always
 * right.
 */
export function isAllowedHost(host: string | undefined, { socket }: Request, allowed: readonly string[]): boolean {
  const name = hostNameOf(host);
  if (name === undefined) return false;
  if (LOOPBACK.has(name) || name.endsWith('.localhost') || allowed.includes('*')) return true;
  return allowed.some((one) => one.toLowerCase() === name) || name === localAddressOf(socket.localAddress);
}

/** As it stands in a Host header: IPv6 in brackets, IPv4 without the prefix that an IPv6 socket gives it. */
function localAddressOf(address = ''): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return plain.includes(':') ? `[${plain}]` : plain;
}

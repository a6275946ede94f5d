import ipaddr from 'ipaddr.js';

/** Whether webhooks on this machine may be called, also without TLS: for one process that listens on loopback only. */
export interface WebhookPolicy {
  readonly loopback: boolean;
}

const urlLengthMax = 2_048;

/**
 * Why a URL is no target for webhooks, as the end of a sentence that begins with "expected"; undefined for one that is.
 * Names are looked up only when a webhook is sent.
 */
export function webhookUrlProblem(text: string, policy: WebhookPolicy): string | undefined {
  if (text.length > urlLengthMax) return `at most ${urlLengthMax} characters`;
  if (!URL.canParse(text)) return 'an absolute URL';
  const url = new URL(text);
  const onLoopback = isLoopbackHost(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && onLoopback && policy.loopback)) {
    return 'an https URL';
  }
  if (url.username !== '' || url.password !== '') return 'a URL without user name and password';
  const literal = literalOf(url.hostname);
  const forbidden =
    literal === undefined ? onLoopback && !policy.loopback : !isAllowedAddress(literal, policy);
  return forbidden ? 'a host with a public address' : undefined;
}

/** True for an address on the public internet; with the policy also for one of this machine. */
export function isAllowedAddress(address: string, { loopback }: WebhookPolicy): boolean {
  if (!ipaddr.isValid(address)) return false;
  // An IPv4 address in IPv6 clothing is judged as what it is.
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  if (range === 'loopback') return loopback;
  if (range !== 'unicast') return false;
  // Of IPv6, 2000::/3 alone is given out; whatever else is called unicast belongs to nobody or is translated.
  return parsed.kind() === 'ipv4' || ((parsed as ipaddr.IPv6).parts[0] ?? 0) >> 13 === 1;
}

/** The address that stands in a URL in the place of a name. */
export function literalOf(hostname: string): string | undefined {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return ipaddr.isValid(bare) ? bare : undefined;
}

function isLoopbackHost(hostname: string): boolean {
  const literal = literalOf(hostname);
  if (literal !== undefined) return ipaddr.process(literal).range() === 'loopback';
  return hostname === 'localhost' || hostname.endsWith('.localhost');
}

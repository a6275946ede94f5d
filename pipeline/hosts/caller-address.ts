import ipaddr from 'ipaddr.js';

/**
 * Finds the address a request came from: the socket's, or, where that is a proxy we trust, the last one in X-Forwarded-For
 * that no trusted proxy wrote. Whatever stands before that one anybody can have made up.
 * @param trustedProxies addresses and ranges such as 10.0.0.0/8
 */
export function callerAddress(
  trustedProxies: readonly string[],
): (socketAddress: string | undefined, forwardedFor: string | undefined) => string | undefined {
  const ranges = trustedProxies.map((text) =>
    ipaddr.parseCIDR(
      text.includes('/') ? text : `${text}/${ipaddr.parse(text).kind() === 'ipv6' ? 128 : 32}`,
    ),
  );
  const isTrusted = (text: string) => {
    const address = ipaddr.process(text);
    return ranges.some(
      ([range, bits]) => range.kind() === address.kind() && address.match([range, bits] as never),
    );
  };
  return (socketAddress, forwardedFor) => {
    let address = socketAddress;
    const hops = forwardedFor?.split(',').map((hop) => hop.trim()) ?? [];
    while (address !== undefined && ipaddr.isValid(address) && isTrusted(address)) {
      const hop = hops.pop();
      if (hop === undefined || !ipaddr.isValid(hop)) break;
      address = hop;
    }
    return address;
  };
}

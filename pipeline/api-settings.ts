import ipaddr from 'ipaddr.js';
import * as z from 'zod';

/** Signatures that anybody with the public key can check and only the issuer can make: never HS, never none. */
const signatureAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** Text with entries between commas or spaces. */
const list = (text: string) => text.split(/[\s,]+/).filter((entry) => entry !== '');

const httpsOrLoopback = (text: string) => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackName(hostname));
};
const secureUrl = z
  .string()
  .refine(httpsOrLoopback, 'must be an https URL (http only on this machine)')
  .optional();

/** Settings of the API: who may ask, and how much. Ranges and defaults as in `settingsSchema`, of which they are part. */
export const apiSettings = {
  /** API keys as `name:scope:sha256`, between spaces or commas; `tidemark api-key create` prints such a line. */
  apiKeys: z.string().default(''),
  /** A file of such lines; empty ones and those that begin with # are left out. Read once, at start. */
  apiKeysFile: z.string().min(1).optional(),
  /** Issuer of tokens, exactly as their claim `iss` names it. Tokens are taken when this and the audience are given. */
  jwtIssuer: secureUrl,
  /** Audiences a token may be for, between commas. */
  jwtAudience: z.string().default('').transform(list),
  /** Where the issuer publishes its keys. Default: what its .well-known/openid-configuration says. */
  jwksUrl: secureUrl,
  jwtAlgorithms: z
    .string()
    .default('RS256,PS256,ES256,EdDSA')
    .transform(list)
    .refine(
      (names) => names.length > 0 && names.every((name) => signatureAlgorithms.includes(name)),
      `must be of ${signatureAlgorithms.join(', ')}`,
    ),
  /** Claim that grants scopes. */
  jwtScopeClaim: z.enum(['scope', 'scp', 'permissions']).default('scope'),
  /** What stands before read, write and admin in that claim, for instance `tidemark/`. */
  jwtScopePrefix: z.string().max(200).default(''),
  /** How far the clocks of the issuer and of this machine may differ, seconds. */
  jwtClockToleranceSeconds: z.coerce.number().int().min(0).max(300).default(30),
  /** Origins whose pages may ask from a browser, between commas. Default: none but the API's own. */
  corsOrigins: z
    .string()
    .default('')
    .transform(list)
    .refine((origins) => origins.every(isOrigin), 'must be origins such as https://shop.example.com'),
  /** Requests a minute that one caller may send; 0 counts nobody. */
  rateLimit: z.coerce.number().int().min(0).max(10_000_000).default(60_000),
  /** Proxies whose X-Forwarded-For is believed, addresses or ranges between commas. Default: none. */
  trustedProxies: z
    .string()
    .default('')
    .transform(list)
    .refine((ranges) => ranges.every(isRange), 'must be addresses or ranges such as 10.0.0.0/8'),
  /** Requests being answered at a time; further ones get a 503 with Retry-After. */
  requestsInFlight: z.coerce.number().int().min(1).max(100_000).default(1_000),
  /** How late the process may be with what is due, ms, over half a second; while it is later, requests get a 503. */
  eventLoopLagMs: z.coerce.number().int().min(10).max(60_000).default(2_000),
  /** How old a customer's record may be that an answer rests on, ms; 0 reads the table each time. */
  lookupCacheMs: z.coerce.number().int().min(0).max(60_000).default(1_000),
  /** Level of the line that is logged for each request. */
  accessLog: z.enum(['off', 'debug', 'info']).default('debug'),
};

/** True for a name or address that only this machine can be reached under. */
export function isLoopbackName(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (name === 'localhost') return true;
  return ipaddr.isValid(name) && ipaddr.process(name).range() === 'loopback';
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && text !== 'null';
}

function isRange(text: string): boolean {
  return text.includes('/') ? ipaddr.isValidCIDR(text) : ipaddr.isValid(text);
}

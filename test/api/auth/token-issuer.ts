import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import type { JwtSettings } from '../../../api/dependencies.ts';

type SigningKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

export interface TokenChanges {
  readonly claims?: JWTPayload;
  readonly scope?: string;
  readonly algorithm?: string;
  readonly keyId?: string;
  readonly key?: SigningKey | Uint8Array;
}

/** Signs tokens and publishes its keys on loopback, as an identity provider does. */
export interface TokenIssuer {
  readonly url: string;
  readonly settings: JwtSettings;
  /** Times its keys were asked for. */
  fetches(): number;
  /** While false the keys are answered with a 500. */
  setUp(up: boolean): void;
  /** A token that is good for read, changed as said. */
  token(changes?: TokenChanges): Promise<string>;
  /** Signed by nobody: `alg` none. */
  unsignedToken(): string;
  /** HS256 with the published key as the secret. */
  tokenSignedWithPublicKey(): Promise<string>;
  /** Signed by a key of the same id that is not the issuer's. */
  forgedToken(): Promise<string>;
  /** Makes another key the published one. */
  rotate(): Promise<void>;
  close(): Promise<void>;
}

const audience = 'tidemark';

export async function startIssuer(): Promise<TokenIssuer> {
  let pair = await generateKeyPair('ES256', { extractable: true });
  let keyId = 'key-1';
  let fetched = 0;
  let up = true;
  const server: Server = createServer(async (request, response) => {
    const body =
      request.url === '/.well-known/openid-configuration'
        ? { issuer: url, jwks_uri: `${url}/keys` }
        : { keys: [{ ...(await exportJWK(pair.publicKey)), kid: keyId, alg: 'ES256', use: 'sig' }] };
    if (request.url === '/keys') fetched += 1;
    response.writeHead(up ? 200 : 500, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const claimsOf = ({ claims, scope }: TokenChanges) => {
    const now = Math.floor(Date.now() / 1_000);
    const given = { iss: url, aud: audience, sub: 'shop', iat: now, exp: now + 600, scope: scope ?? 'read' };
    return Object.fromEntries(
      Object.entries({ ...given, ...claims }).filter(([, value]) => value !== undefined),
    );
  };
  const sign = (changes: TokenChanges) =>
    new SignJWT(claimsOf(changes))
      .setProtectedHeader({ alg: changes.algorithm ?? 'ES256', kid: changes.keyId ?? keyId, typ: 'JWT' })
      .sign(changes.key ?? pair.privateKey);
  return {
    url,
    settings: {
      issuer: url,
      audiences: [audience],
      jwksUrl: `${url}/keys`,
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      clockToleranceSeconds: 0,
      scopeClaim: 'scope',
      scopePrefix: '',
    },
    fetches: () => fetched,
    setUp: (now) => {
      up = now;
    },
    token: (changes = {}) => sign(changes),
    unsignedToken: () => new UnsecuredJWT(claimsOf({})).encode(),
    tokenSignedWithPublicKey: async () => {
      const secret = new TextEncoder().encode(await exportSPKI(pair.publicKey));
      return sign({ algorithm: 'HS256', key: secret });
    },
    forgedToken: async () => sign({ key: (await generateKeyPair('ES256')).privateKey }),
    rotate: async () => {
      pair = await generateKeyPair('ES256', { extractable: true });
      keyId = `key-${Math.random()}`;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

import { z } from '@hono/zod-openapi';

export const ScopeName = z.enum(['read', 'write', 'admin']).openapi('Scope', {
  description:
    'read: see; write: put events in, send again; admin: change what Tidemark does. Each includes those before it.',
  example: 'read',
});

export const Me = z
  .object({
    authentication: z.enum(['off', 'jwt', 'api-key']).openapi({
      description: 'off: nobody is asked, which only a process on loopback does.',
      example: 'api-key',
    }),
    subject: z
      .string()
      .nullable()
      .openapi({ description: 'Name of the key or subject of the token.', example: 'board' }),
    scopes: z.array(ScopeName).openapi({ example: ['read'] }),
  })
  .openapi('Me');

/** The parts of an OpenAPI 3.1 schema that examples are made from. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly example?: unknown;
  readonly const?: unknown;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly allOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

export type Schemas = Readonly<Record<string, SchemaNode>>;

const depthMax = 12;

/** A value that fits a schema, from the examples its parts carry. Recursion ends at twelve levels with null. */
export function schemaExample(schema: SchemaNode, schemas: Schemas, depth = 0): unknown {
  if (depth > depthMax) return null;
  const inside = (node: SchemaNode) => schemaExample(node, schemas, depth + 1);
  if (schema.example !== undefined) return schema.example;
  if (schema.$ref !== undefined) {
    const target = schemas[schema.$ref.replace('#/components/schemas/', '')];
    return target === undefined ? null : inside(target);
  }
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.allOf !== undefined) return mergeAll(schema.allOf.map(inside));
  const choice = (schema.oneOf ?? schema.anyOf)?.[0];
  if (choice !== undefined) return inside(choice);
  if (schema.properties !== undefined) {
    return Object.fromEntries(Object.entries(schema.properties).map(([name, node]) => [name, inside(node)]));
  }
  if (schema.items !== undefined) return [inside(schema.items)];
  return primitive(schema.type);
}

function mergeAll(parts: readonly unknown[]): unknown {
  const objects = parts.filter((part) => typeof part === 'object' && part !== null);
  return objects.length === 0 ? (parts[0] ?? null) : Object.assign({}, ...objects);
}

function primitive(type: SchemaNode['type']): unknown {
  const name = typeof type === 'string' ? type : type?.[0];
  if (name === 'string') return '...';
  if (name === 'number' || name === 'integer') return 0;
  if (name === 'boolean') return true;
  if (name === 'array') return [];
  return name === 'object' ? {} : null;
}

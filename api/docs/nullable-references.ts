/**
 * Writes each schema that may be null although what it refers to may not as a choice between the two. The generator puts
 * both demands on the value together, which no null meets, so clients made from the document would not expect any.
 */
export function mendNullableReferences(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  const schema = node as Record<string, unknown>;
  const [reference, more] = Array.isArray(schema.allOf) ? (schema.allOf as Record<string, unknown>[]) : [];
  if (isReference(reference) && more !== undefined && isNullableAlone(more)) {
    const { type: _, ...rest } = more;
    delete schema.allOf;
    Object.assign(schema, rest, { anyOf: [reference, { type: 'null' }] });
  }
  for (const part of Object.values(schema)) mendNullableReferences(part);
}

function isReference(part: Record<string, unknown> | undefined): boolean {
  return typeof part?.$ref === 'string';
}

/** Says that null is allowed, and describes; adds nothing of its own. */
function isNullableAlone({ type, properties }: Record<string, unknown>): boolean {
  return Array.isArray(type) && type.includes('null') && properties === undefined;
}

import { type EndState, moveKey, stateHex } from './end-state.ts';

/** The customers whose feature-state bytes differ, or who stand in one end only. */
export function stateDifferences(expected: EndState, actual: EndState): string[] {
  const differences: string[] = [];
  for (const [customerId, record] of expected.customers) {
    const other = actual.customers.get(customerId);
    if (other === undefined) differences.push(`${customerId} is missing`);
    else if (stateHex(record) !== stateHex(other)) {
      differences.push(
        `${customerId}: ${firstDifference(record.state, other.state) ?? 'bytes differ, fields do not'}`,
      );
    }
  }
  for (const customerId of actual.customers.keys()) {
    if (!expected.customers.has(customerId)) differences.push(`${customerId} is there without reason`);
  }
  return differences;
}

/** Moves that stand in one end only, whole identity compared: customer, number, instant, segments, cause and id. */
export function moveDifferences(expected: EndState, actual: EndState): string[] {
  const wanted = new Set(expected.migrations.map(moveKey));
  const found = new Set(actual.migrations.map(moveKey));
  return [
    ...[...wanted].filter((key) => !found.has(key)).map((key) => `lost: ${key}`),
    ...[...found].filter((key) => !wanted.has(key)).map((key) => `new: ${key}`),
  ];
}

/** Segment, instant, cause and model of each customer's standing, and whether the timer is in time. */
export function standingDifferences(expected: EndState, actual: EndState): string[] {
  const differences: string[] = [];
  for (const [customerId, { standing }] of expected.customers) {
    const other = actual.customers.get(customerId)?.standing;
    const difference = firstDifference(standing, other);
    if (difference) differences.push(`${customerId}: ${difference}`);
  }
  return differences;
}

/** Versions with their content's hash that stand in one end only. */
export function modelDifferences(expected: EndState, actual: EndState): string[] {
  return [
    ...expected.models.filter((model) => !actual.models.includes(model)).map((model) => `lost: ${model}`),
    ...actual.models.filter((model) => !expected.models.includes(model)).map((model) => `new: ${model}`),
  ];
}

/** Path and both values of the first difference between two plain values. */
function firstDifference(expected: unknown, actual: unknown, path = ''): string | undefined {
  if (Object.is(expected, actual)) return undefined;
  const bothObjects = typeof expected === 'object' && typeof actual === 'object' && expected && actual;
  if (!bothObjects)
    return `${path || 'value'} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`;
  const left = expected as Record<string, unknown>;
  const right = actual as Record<string, unknown>;
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const found = firstDifference(left[name], right[name], path === '' ? name : `${path}.${name}`);
    if (found) return found;
  }
  return undefined;
}

import type { AlertDelivery } from './fired-alert.ts';
import type { AlertRule } from './rule.ts';

/**
 * Why a delivery does not go out under its rule as that is now; undefined when it does. Disabling or changing a rule drops
 * what it had not delivered, unless somebody asked for it again.
 * @param rule undefined when it is gone
 */
export function whyWithheld(
  { targetId, kind, firedAtMs, replayed }: AlertDelivery,
  rule: AlertRule | undefined,
): string | undefined {
  if (rule === undefined) return 'the rule was deleted';
  if (!rule.enabled) return 'the rule is disabled';
  const target = rule.deliver.find(({ id }) => id === targetId);
  if (target?.kind !== kind) return 'the rule has this target no more';
  return firedAtMs < rule.activeFromMs && !replayed ? 'the rule was disabled or changed since' : undefined;
}

import type { z } from '@hono/zod-openapi';
import type { SegmentFeatureName, SegmentReason } from '../../operators/segments/segment-model.ts';
import type { WhatIf } from '../../operators/segments/what-if.ts';
import type { SegmentReasonBody, SegmentState } from '../schemas/customer.ts';
import { figure } from './amounts.ts';

const wording: Readonly<Record<SegmentFeatureName, string>> = {
  recencyDays: 'Days since the last purchase',
  tenureDays: 'Days since the first purchase',
  orders365: 'Orders of the last 365 days',
  spend365: 'Spend of the last 365 days',
};

/** Changes of this much and more are told without decimals. */
const wholeFrom = 10;

/** The reasons of an assignment, each with a sentence. */
export function presentReasons(reasons: readonly SegmentReason[]): z.infer<typeof SegmentReasonBody>[] {
  return reasons.map(({ feature, value, before, weight }) => ({
    feature,
    value: figure(value) ?? 0,
    before: figure(before),
    weight: figure(weight),
    text:
      before === undefined
        ? `${wording[feature]}: ${short(value)}.`
        : before === value
          ? `${wording[feature]} stayed at ${short(value)}.`
          : `${wording[feature]} went ${fromTo(before, value)}.`,
  }));
}

/** The same of where a customer stands now, with what it would take to change. */
export function presentStandingReasons(
  reasons: readonly SegmentReason[],
  whatIf: WhatIf,
): z.infer<typeof SegmentState>['reasons'] {
  return presentReasons(reasons).map((reason) => {
    const change = whatIf[reason.feature];
    return {
      ...reason,
      now: figure(change?.value),
      changeAt: figure(change?.changeAt),
      changeTo: change?.to ?? null,
      text: change
        ? `${reason.text} Now ${short(change.value)}; ${short(change.changeAt)} would make it ${change.to}.`
        : reason.text,
    };
  });
}

/** Whole numbers where they tell the two apart by far, else both as exactly as ever. */
function fromTo(before: number, value: number): string {
  const print = Math.abs(value - before) >= wholeFrom ? (one: number) => String(Math.round(one)) : short;
  return `from ${print(before)} to ${print(value)}`;
}

/** At most two decimals, and none that say nothing. */
function short(value: number): string {
  return String(Number(value.toFixed(2)));
}

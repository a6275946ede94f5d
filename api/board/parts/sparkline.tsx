interface SparklineProps {
  readonly values: readonly number[];
  /** Points the whole width stands for; fewer values stand at its right. */
  readonly span: number;
}

/** The course of a figure without axes; the figure itself stands beside it. */
export function Sparkline({ values, span }: SparklineProps) {
  if (values.length < 2) return <svg class="spark" viewBox="0 0 100 26" aria-hidden="true" />;
  const top = Math.max(...values, 1e-9);
  const x = (index: number) => 100 - ((values.length - 1 - index) / (span - 1)) * 100;
  const line = values.map((value, index) => `${x(index).toFixed(2)} ${(25 - (value / top) * 23).toFixed(2)}`);
  return (
    <svg class="spark" viewBox="0 0 100 26" preserveAspectRatio="none" aria-hidden="true">
      <path class="fill" d={`M${x(0).toFixed(2)} 26L${line.join('L')}L100 26Z`} />
      <path d={`M${line.join('L')}`} />
    </svg>
  );
}

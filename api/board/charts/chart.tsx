import type { EChartsCoreOption } from 'echarts/core';
import { useEffect, useRef, useState } from 'preact/hooks';
import { unreachable } from '../data/problem.ts';
import { themeChanged } from '../format/theme-choice.ts';
import { Failed, Loading } from '../parts/states.tsx';
import { type Palette, readPalette } from './palette.ts';

export type DrawOption = (palette: Palette) => EChartsCoreOption;

interface ChartProps {
  /** What a person who doesn't see the drawing is told. */
  readonly label: string;
  readonly heightPx: number;
  readonly draw: DrawOption;
}

type Runtime = typeof import('./echarts-runtime.ts');
type Instance = ReturnType<Runtime['init']>;

let runtime: Promise<Runtime> | undefined;

/** The library is fetched with the first chart; a fetch that failed is tried again with the next. */
function loadRuntime(): Promise<Runtime> {
  runtime ??= import('./echarts-runtime.ts').catch((error: unknown) => {
    runtime = undefined;
    throw error;
  });
  return runtime;
}

/** One drawing: made when it is first shown, drawn anew with its data, the theme and its size, and disposed of with the view. */
export function Chart({ label, heightPx, draw }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const [instance, setInstance] = useState<Instance>();
  const [failure, setFailure] = useState<unknown>();
  const [round, setRound] = useState(0);

  useEffect(() => {
    let made: Instance | undefined;
    let gone = false;
    loadRuntime().then(
      ({ init }) => {
        if (gone || place.current === null) return;
        made = init(place.current);
        setInstance(made);
      },
      (error: unknown) => setFailure(error),
    );
    return () => {
      gone = true;
      made?.dispose();
      setInstance(undefined);
    };
  }, [round]);

  useEffect(() => {
    if (instance === undefined || place.current === null) return;
    const paint = () =>
      instance.setOption({ animation: false, useUTC: true, ...draw(readPalette()) }, { notMerge: true });
    paint();
    const resized = new ResizeObserver(() => instance.resize());
    resized.observe(place.current);
    addEventListener(themeChanged, paint);
    return () => {
      resized.disconnect();
      removeEventListener(themeChanged, paint);
    };
  }, [instance, draw]);

  if (failure !== undefined) {
    const retry = () => {
      setFailure(undefined);
      setRound((before) => before + 1);
    };
    const title = 'The drawing could not be loaded';
    const detail = 'If Tidemark has just been updated, reload the page.';
    // 501: unlike an answer that failed, it is not asked for again by itself.
    return <Failed problem={{ ...unreachable(failure), status: 501, title, detail }} retry={retry} />;
  }
  return (
    <>
      {instance === undefined && <Loading what="the chart" />}
      <div
        ref={place}
        class="chart"
        role="img"
        aria-label={label}
        style={{ height: `${heightPx}px` }}
        hidden={instance === undefined && round > 0}
      />
    </>
  );
}

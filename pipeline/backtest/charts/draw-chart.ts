import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, MarkAreaComponent, MarkLineComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([
  BarChart,
  CustomChart,
  LineChart,
  ScatterChart,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  SVGRenderer,
]);

/** Custom properties of the page: the one drawing is legible on light, dark and paper. */
export const soft = 'var(--soft)';
export const line = 'var(--line)';
export const faint = 'var(--faint)';
export const ground = 'var(--ground)';
/** What the model said, and what came: told apart by hue, lightness and form. */
export const modelColour = 'var(--model)';
export const actualColour = 'var(--actual)';
export const fontFamily = 'system-ui, sans-serif';
export const fontSize = 14;

export const chartSize = { width: 460, height: 330 };

export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Draws a chart as an SVG element for a page: no script, no style of its own, nothing to fetch, scaled by its view box.
 *
 * @param name unique in the page: ids inside the drawing begin with it
 * @param label what a reader who does not see it is told
 */
export function drawChart(name: string, label: string, size: ChartSize, option: EChartsCoreOption): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({ animation: false, backgroundColor: 'transparent', ...option });
    return embeddable(chart.renderToSVGString(), name, label);
  } finally {
    // A chart that is not disposed of keeps a timer, and with it the process.
    chart.dispose();
  }
}

/** Axis in the page's colours; `grid` draws faint lines across. */
export function axis(name: string, more: Readonly<Record<string, unknown>> = {}, grid = false) {
  return {
    name,
    nameLocation: 'middle' as const,
    nameTextStyle: { color: soft, fontFamily, fontSize },
    axisLine: { show: !grid, lineStyle: { color: soft } },
    axisTick: { show: !grid, lineStyle: { color: soft } },
    splitLine: { show: grid, lineStyle: { color: line } },
    ...more,
    axisLabel: { color: soft, fontFamily, fontSize, ...(more.axisLabel as object | undefined) },
  };
}

/** A line nobody points at. */
export const plain = { silent: true, symbol: 'none', showSymbol: false };

export function dots(colour: string, symbol = 'circle') {
  return {
    silent: true,
    symbol,
    symbolSize: 8,
    itemStyle: { color: colour, borderColor: ground, borderWidth: 1, opacity: 1 },
  };
}

/** Drops what serves only a page with ECharts in it, and names the rest after the chart: the same report, the same bytes. */
function embeddable(svg: string, name: string, label: string): string {
  return svg
    .replace(/<style\b[\s\S]*?<\/style>/g, '')
    .replace(/ (?:ecmeta_\w+|class|pointer-events|xmlns(?::\w+)?|version|baseProfile)="[^"]*"/g, '')
    .replace(/\bzr\d+-/g, `${name}-`)
    .replace(/^<svg /, `<svg role="img" aria-label="${escapeAttribute(label)}" `);
}

function escapeAttribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}

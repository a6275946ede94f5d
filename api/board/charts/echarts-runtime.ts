import { BarChart, CustomChart, LineChart, SankeyChart, ScatterChart } from 'echarts/charts';
import {
  AriaComponent,
  AxisPointerComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
} from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

/** The parts of the library that the board draws with; the rest of it is not in the bundle. */
use([
  BarChart,
  CustomChart,
  LineChart,
  SankeyChart,
  ScatterChart,
  AriaComponent,
  AxisPointerComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  // Not SVG: its drawings carry style attributes, which the page's security policy forbids.
  CanvasRenderer,
]);

export { init };

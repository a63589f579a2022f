// Charts with axes: bars, lines, areas, bubbles; bars also lying and stacked (pages 20.2).
import type { ReactNode } from 'react';
import { plainNumber } from '../format/number';
import { axisTicks, type ChartData, type Series } from './chart_data';

export type Tip = { text: string; x: number; y: number } | null;

export interface Drawing {
  /** Pixels that there are to draw on. */
  width: number;
  height: number;
  data: ChartData;
  kind: string;
  colour(i: number, series?: Series): string;
  tip(tip: Tip): void;
  locale: string;
  low: number | null;
  cutout: number;
  /** Values are written beside what shows them. */
  values: boolean;
  stacked: boolean;
  /** Bars from the side instead of from below. */
  lying: boolean;
  grid: boolean;
  xAxis: boolean;
  yAxis: boolean;
  xTitle: string;
  yTitle: string;
}

/** The rectangle inside the axes. */
interface Plot {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const letter = 6.6;
const longestLabel = 14;

function shortened(label: string): string {
  return label.length > longestLabel ? `${label.slice(0, longestLabel - 1)}…` : label;
}

function plotOf({ width, height, data, values, lying, xAxis, yAxis, xTitle, yTitle }: Drawing): Plot {
  const words = Math.min(Math.max(...data.labels.map((label) => label.length), 1), longestLabel) * letter + 14;
  const left = yAxis ? (lying ? Math.max(words, 40) : 48) : 10;
  return {
    left: left + (yTitle === '' ? 0 : 20),
    right: width - 14,
    top: values && !lying ? 22 : 12,
    bottom: height - (xAxis ? 32 : 10) - (xTitle === '' ? 0 : 20),
  };
}

export function AxisShape(drawing: Drawing): ReactNode {
  const plot = plotOf(drawing);
  return (
    <>
      {['Bubble', 'Scatter'].includes(drawing.kind) ? (
        <Points drawing={drawing} plot={plot} />
      ) : (
        <Categories drawing={drawing} plot={plot} />
      )}
      <Titles drawing={drawing} plot={plot} />
    </>
  );
}

function Titles({ drawing: { xTitle, yTitle, height }, plot }: { drawing: Drawing; plot: Plot }): ReactNode {
  const [x, y] = [(plot.left + plot.right) / 2, (plot.top + plot.bottom) / 2];
  return (
    <>
      {xTitle === '' ? null : (
        <text x={x} y={height - 6} className="q-axis q-axis-title" textAnchor="middle">
          {xTitle}
        </text>
      )}
      {yTitle === '' ? null : (
        <text x={14} y={y} transform={`rotate(-90 14 ${y})`} className="q-axis q-axis-title" textAnchor="middle">
          {yTitle}
        </text>
      )}
    </>
  );
}

/** Lines and numbers of the value axis. */
function ValueAxis({
  drawing,
  plot,
  ticks,
  at,
}: {
  drawing: Drawing;
  plot: Plot;
  ticks: number[];
  at: (value: number) => number;
}): ReactNode {
  const { lying, grid, locale } = drawing;
  const shown = lying ? drawing.xAxis : drawing.yAxis;
  const number = new Intl.NumberFormat(locale, {
    notation: 'compact',
    numberingSystem: 'latn',
    maximumFractionDigits: 2,
  });
  return ticks.map((tick) => {
    const place = at(tick);
    const line = lying
      ? { x1: place, x2: place, y1: plot.top, y2: plot.bottom }
      : { x1: plot.left, x2: plot.right, y1: place, y2: place };
    return (
      <g key={tick}>
        {grid ? <line {...line} stroke="var(--q-line)" /> : null}
        {!shown ? null : lying ? (
          <text x={place} y={plot.bottom + 20} className="q-axis" textAnchor="middle">
            {number.format(tick)}
          </text>
        ) : (
          <text x={plot.left - 8} y={place} className="q-axis" textAnchor="end" dominantBaseline="middle">
            {number.format(tick)}
          </text>
        )}
      </g>
    );
  });
}

function Points({ drawing, plot }: { drawing: Drawing; plot: Plot }): ReactNode {
  const all = drawing.data.series.flatMap((series) => series.points);
  const rows = axisTicks(
    drawing.low ?? Math.min(0, ...all.map((point) => point.y)),
    Math.max(drawing.low ?? 0, ...all.map((point) => point.y)) || 1,
  );
  const columns = axisTicks(Math.min(...all.map((point) => point.x), 0), Math.max(...all.map((point) => point.x), 1));
  const y = scale(rows, plot.bottom, plot.top);
  const x = scale(columns, plot.left, plot.right);
  return (
    <>
      <ValueAxis drawing={{ ...drawing, lying: false }} plot={plot} ticks={rows} at={y} />
      {drawing.xAxis
        ? columns.map((tick) => (
            <text key={tick} x={x(tick)} y={plot.bottom + 20} className="q-axis" textAnchor="middle">
              {plainNumber(tick, drawing.locale)}
            </text>
          ))
        : null}
      {drawing.data.series.map((series, s) =>
        series.points.map((point, i) => (
          <circle
            key={`${s}-${i}`}
            cx={x(point.x)}
            cy={y(point.y)}
            r={Math.min(Math.max(point.r, 2), 60)}
            fill={drawing.colour(s, series)}
            fillOpacity=".6"
            onMouseEnter={() => {
              drawing.tip({ text: `${series.name} (${point.x}, ${point.y})`, x: x(point.x), y: y(point.y) });
            }}
          />
        )),
      )}
    </>
  );
}

function scale(ticks: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = [ticks[0] ?? 0, ticks[ticks.length - 1] ?? 1];
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

function kindOf(drawing: Drawing, series: Series): string {
  const kind = (series.kind || drawing.kind).toLowerCase();
  return kind.startsWith('mixed') || kind === 'column' ? 'bar' : kind;
}

interface Bar {
  series: Series;
  index: number;
  category: number;
  from: number;
  to: number;
}

/** Where each bar begins and ends; stacked ones stand on those before them, negative ones hang below. */
export function barsOf(series: readonly Series[], stacked: boolean): Bar[] {
  const ends = new Map<string, number>();
  return series.flatMap((item, index) =>
    item.values.flatMap((value, category) => {
      if (value === null) return [];
      const pile = `${category}${value < 0 ? '-' : '+'}`;
      const from = stacked ? (ends.get(pile) ?? 0) : 0;
      ends.set(pile, from + value);
      return [{ series: item, index, category, from, to: from + value }];
    }),
  );
}

function Categories({ drawing, plot }: { drawing: Drawing; plot: Plot }): ReactNode {
  const { data, lying, low, colour } = drawing;
  const standing = data.series.filter((series) => kindOf(drawing, series) === 'bar');
  const bars = barsOf(standing, drawing.stacked);
  const lines = lying ? [] : data.series.filter((series) => kindOf(drawing, series) !== 'bar');
  const all = [...bars.map((bar) => bar.to), ...lines.flatMap((series) => series.values.filter((value) => value !== null))];
  const ticks = axisTicks(low ?? Math.min(0, ...all), Math.max(low ?? 0, ...all, 0) || 1);
  const at = lying ? scale(ticks, plot.left, plot.right) : scale(ticks, plot.bottom, plot.top);
  const band = (lying ? plot.bottom - plot.top : plot.right - plot.left) / Math.max(data.labels.length, 1);
  const middle = (category: number): number => (lying ? plot.top : plot.left) + band * (category + 0.5);
  const index = (series: Series): number => data.series.indexOf(series);
  const text = (series: Series, category: number): string =>
    `${series.name ? `${series.name}, ` : ''}${data.labels[category] ?? ''}: ${plainNumber(series.values[category] ?? 0, drawing.locale)}`;
  const tip = (series: Series, category: number, value: number): void => {
    const [along, across] = [at(value), middle(category)];
    drawing.tip({ text: text(series, category), x: lying ? along : across, y: lying ? across : along });
  };
  return (
    <>
      <ValueAxis drawing={drawing} plot={plot} ticks={ticks} at={at} />
      <Labels drawing={drawing} plot={plot} band={band} middle={middle} />
      {bars.map((bar) => {
        const beside = drawing.stacked ? 1 : Math.max(standing.length, 1);
        const size = Math.min((band * 0.72) / beside, 60);
        const across = middle(bar.category) - (size * beside) / 2 + (drawing.stacked ? 0 : bar.index * size);
        const floor = Math.max(ticks[0] ?? 0, bar.from);
        const [near, far] = [Math.min(at(floor), at(bar.to)), Math.max(at(floor), at(bar.to))];
        const place = lying
          ? { x: near, width: Math.max(far - near, 1), y: across, height: Math.max(size - 2, 1) }
          : { x: across, width: Math.max(size - 2, 1), y: near, height: Math.max(far - near, 1) };
        return (
          <rect
            key={`${bar.index}-${bar.category}`}
            {...place}
            rx={drawing.stacked ? 0 : 3}
            fill={colour(index(bar.series), bar.series)}
            onMouseEnter={() => {
              tip(bar.series, bar.category, bar.to);
            }}
          />
        );
      })}
      {lines.map((series) => (
        <Line
          key={index(series)}
          series={series}
          area={kindOf(drawing, series) === 'area'}
          fill={colour(index(series), series)}
          base={at(Math.max(ticks[0] ?? 0, Math.min(0, ticks[ticks.length - 1] ?? 1)))}
          x={middle}
          y={at}
          tip={tip}
        />
      ))}
      {drawing.values
        ? [
            ...bars.map((bar) => ({ series: bar.series, category: bar.category, to: bar.to })),
            ...lines.flatMap((series) => series.values.map((to, category) => ({ series, category, to: to ?? NaN }))),
          ]
            .filter(({ to }) => !Number.isNaN(to))
            .map(({ series, category, to }, i) => (
              <text
                key={i}
                x={lying ? at(to) + 4 : barMiddle(drawing, standing, series, band, middle(category))}
                y={lying ? barMiddle(drawing, standing, series, band, middle(category)) : at(to) - 8}
                className="q-axis q-axis-value"
                textAnchor={lying ? 'start' : 'middle'}
                dominantBaseline={lying ? 'middle' : undefined}
              >
                {plainNumber(series.values[category] ?? 0, drawing.locale)}
              </text>
            ))
        : null}
    </>
  );
}

/** The middle of a series' bar within its category; points stand in the middle of the category. */
function barMiddle(drawing: Drawing, standing: readonly Series[], series: Series, band: number, middle: number): number {
  const place = standing.indexOf(series);
  if (place < 0 || drawing.stacked) return middle;
  const size = Math.min((band * 0.72) / standing.length, 60);
  return middle + (place + 0.5 - standing.length / 2) * size;
}

function Labels({
  drawing: { data, lying, xAxis, yAxis },
  plot,
  band,
  middle,
}: {
  drawing: Drawing;
  plot: Plot;
  band: number;
  middle: (category: number) => number;
}): ReactNode {
  if (!(lying ? yAxis : xAxis)) return null;
  const longest = Math.min(Math.max(...data.labels.map((label) => label.length), 1), longestLabel);
  const every = Math.max(1, Math.ceil((lying ? 16 : longest * letter + 10) / band));
  return data.labels.map((label, i) =>
    i % every !== 0 ? null : lying ? (
      <text key={i} x={plot.left - 8} y={middle(i)} className="q-axis" textAnchor="end" dominantBaseline="middle">
        {shortened(label)}
      </text>
    ) : (
      <text key={i} x={middle(i)} y={plot.bottom + 20} className="q-axis" textAnchor="middle">
        {shortened(label)}
      </text>
    ),
  );
}

function Line({
  series,
  area,
  fill,
  base,
  x,
  y,
  tip,
}: {
  series: Series;
  area: boolean;
  fill: string;
  base: number;
  x: (category: number) => number;
  y: (value: number) => number;
  tip: (series: Series, category: number, value: number) => void;
}): ReactNode {
  const points = series.values.flatMap((value, category) =>
    value === null ? [] : [{ value, category, x: x(category), y: y(value) }],
  );
  const [first, last] = [points[0], points[points.length - 1]];
  if (!first || !last) return null;
  const path = `M${points.map((point) => `${point.x} ${point.y}`).join('L')}`;
  return (
    <g>
      {area ? <path d={`${path}L${last.x} ${base}L${first.x} ${base}Z`} fill={fill} fillOpacity=".18" /> : null}
      <path d={path} fill="none" stroke={fill} strokeWidth="2.5" strokeLinejoin="round" />
      {points.map((point) => (
        <circle
          key={point.category}
          cx={point.x}
          cy={point.y}
          r="3"
          fill={fill}
          onMouseEnter={() => {
            tip(series, point.category, point.value);
          }}
        />
      ))}
    </g>
  );
}

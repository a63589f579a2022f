// Charts drawn as SVG (pages 20.2): bars, lines, areas, pies, radar, bubbles; the numbers also as a table for screen readers.
import { useRef, useState, type ReactNode } from 'react';
import { asArray, asBoolean, asNumber, asText } from '../base/json';
import { plainNumber } from '../format/number';
import type { NodeProps } from '../view/node';
import { useValue } from '../view/shown';
import { useSize } from '../view/size';
import { useView } from '../view/view';
import { AxisShape, type Drawing, type Tip } from './chart_axes';
import { readChart } from './chart_data';

/** Drawn on before the real size is known. */
const usual = { width: 640, height: 360 };

export function Chart({ node }: NodeProps): ReactNode {
  const view = useView(node, 'chart');
  const body = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(body, usual);
  const value = useValue(asText(node.props['datasource']));
  const [tip, setTip] = useState<Tip>(null);
  const data = readChart(value, view.props['datasets']);
  const colours = asArray(view.props['colors'])
    .map((item) => (typeof item === 'string' ? item : asText((item as Record<string, unknown> | null)?.['color'])))
    .filter((item) => item !== '');
  const round = ['Pie', 'Polar', 'Doughnut', 'Donut'].includes(node.type);
  const drawing: Drawing = {
    width,
    height,
    data,
    kind: node.type,
    locale: view.page.app.locale.value,
    low: typeof view.props['yAxisMin'] === 'number' ? view.props['yAxisMin'] : null,
    cutout: Math.min(Math.max(asNumber(view.props['cutout'], /^Do(ugh)?nut$/.test(node.type) ? 60 : 0), 0), 95),
    values: asBoolean(view.props['displayLabels']),
    stacked: asBoolean(view.props['stacked']),
    lying: ['y', 'horizontal'].includes(view.text('orientation').toLowerCase()) && /^(Bar|Column)$/.test(node.type),
    grid: asBoolean(view.props['grid'], true),
    xAxis: asBoolean(view.props['xAxis'], true),
    yAxis: asBoolean(view.props['yAxis'], true),
    xTitle: view.text('xAxisTitle'),
    yTitle: view.text('yAxisTitle'),
    colour: (i, series) => series?.colour || (colours[i % Math.max(colours.length, 1)] ?? `var(--q-series-${(i % 8) + 1})`),
    tip: view.props['tooltip'] === false ? () => {} : setTip,
  };
  const title = view.text('title') || view.text('name');
  const legend = asText(view.props['legendPosition'], 'bottom');
  const names = round
    ? data.labels
    : data.series.map((series, i) => series.name || (data.series.length > 1 ? `Series ${i + 1}` : ''));
  const entries = names
    .map((name, i) => ({ name, colour: drawing.colour(i, round ? undefined : data.series[i]) }))
    .filter((item) => item.name !== '');
  return (
    <div {...view.root}>
      <figure className="q-chart" data-legend={legend}>
        {title ? (
          <figcaption
            className="q-chart-title"
            style={{
              textAlign:
                view.text('titlePosition') === 'left' ? 'start' : view.text('titlePosition') === 'right' ? 'end' : 'center',
            }}
          >
            {title}
          </figcaption>
        ) : null}
        <div ref={body} className="q-chart-body">
          <svg
            viewBox={`0 0 ${width} ${height}`}
            role="img"
            aria-label={title || `${node.type} chart`}
            onMouseLeave={() => {
              setTip(null);
            }}
          >
            {round ? <PieShape {...drawing} /> : node.type === 'Radar' ? <RadarShape {...drawing} /> : <AxisShape {...drawing} />}
          </svg>
          {tip ? (
            <div
              className="q-chart-tip"
              style={{ insetInlineStart: `${(tip.x / width) * 100}%`, top: `${(tip.y / height) * 100}%` }}
            >
              {tip.text}
            </div>
          ) : null}
        </div>
        {legend === 'hidden' || legend === 'none' || entries.length === 0 ? null : (
          <ul className="q-chart-legend">
            {entries.map((entry, i) => (
              <li key={i}>
                <span style={{ background: entry.colour }} />
                {entry.name}
              </li>
            ))}
          </ul>
        )}
        <table className="q-sr-only">
          <caption>{title || node.type}</caption>
          <thead>
            <tr>
              <th scope="col">Label</th>
              {data.series.map((series, i) => (
                <th key={i} scope="col">
                  {series.name || `Series ${i + 1}`}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.labels.slice(0, 200).map((label, i) => (
              <tr key={i}>
                <th scope="row">{label}</th>
                {data.series.map((series, j) => (
                  <td key={j}>{series.values[i] ?? ''}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </figure>
    </div>
  );
}

function PieShape({ width, height, data, kind, colour, tip, cutout, locale }: Drawing): ReactNode {
  const values = (data.series[0]?.values ?? []).map((value) => Math.max(value ?? 0, 0));
  const total = values.reduce((sum, value) => sum + value, 0);
  const [cx, cy, radius] = [width / 2, height / 2, Math.max(Math.min(width, height) / 2 - 8, 1)];
  const greatest = Math.max(...values, 1);
  if (total === 0) return null;
  let angle = -Math.PI / 2;
  return values.map((value, i) => {
    const share = kind === 'Polar' ? 1 / values.length : value / total;
    const outer = kind === 'Polar' ? radius * Math.sqrt(value / greatest) : radius;
    const inner = (outer * cutout) / 100;
    const [from, to] = [angle, angle + share * Math.PI * 2 - (share === 1 ? 1e-4 : 0)];
    angle += share * Math.PI * 2;
    const at = (a: number, r: number): string => `${cx + Math.cos(a) * r} ${cy + Math.sin(a) * r}`;
    const large = to - from > Math.PI ? 1 : 0;
    const path =
      inner > 0
        ? `M${at(from, outer)}A${outer} ${outer} 0 ${large} 1 ${at(to, outer)}L${at(to, inner)}A${inner} ${inner} 0 ${large} 0 ${at(from, inner)}Z`
        : `M${cx} ${cy}L${at(from, outer)}A${outer} ${outer} 0 ${large} 1 ${at(to, outer)}Z`;
    const middle = (from + to) / 2;
    const text = `${data.labels[i] ?? ''}: ${plainNumber(value, locale)} (${Math.round((value / total) * 100)} %)`;
    return (
      <path
        key={i}
        d={path}
        fill={colour(i)}
        stroke="var(--q-surface)"
        strokeWidth="2"
        onMouseEnter={() => {
          tip({ text, x: cx + (Math.cos(middle) * outer) / 1.6, y: cy + (Math.sin(middle) * outer) / 1.6 });
        }}
      />
    );
  });
}

function RadarShape({ width, height, data, colour, tip }: Drawing): ReactNode {
  const count = Math.max(data.labels.length, 3);
  const high = Math.max(1, ...data.series.flatMap((series) => series.values.map((value) => value ?? 0)));
  const [cx, cy, radius] = [width / 2, height / 2, Math.max(Math.min(width, height) / 2 - 22, 1)];
  const at = (i: number, value: number): [number, number] => {
    const a = (i / count) * Math.PI * 2 - Math.PI / 2;
    return [cx + (Math.cos(a) * radius * value) / high, cy + (Math.sin(a) * radius * value) / high];
  };
  const ring = (share: number): string => Array.from({ length: count }, (_, i) => at(i, high * share).join(',')).join(' ');
  return (
    <>
      {[0.25, 0.5, 0.75, 1].map((share) => (
        <polygon key={share} points={ring(share)} fill="none" stroke="var(--q-line)" />
      ))}
      {data.labels.map((label, i) => {
        const [x, y] = at(i, high * (1 + 12 / radius));
        return (
          <text key={i} x={x} y={y} className="q-axis" textAnchor="middle" dominantBaseline="middle">
            {label}
          </text>
        );
      })}
      {data.series.map((series, s) => (
        <polygon
          key={s}
          points={series.values.map((value, i) => at(i, value ?? 0).join(',')).join(' ')}
          fill={colour(s, series)}
          fillOpacity=".22"
          stroke={colour(s, series)}
          strokeWidth="2"
          onMouseEnter={() => {
            tip({ text: series.name, x: cx, y: cy });
          }}
        />
      ))}
    </>
  );
}

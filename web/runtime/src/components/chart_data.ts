// Data of charts in the forms that applications have (pages 20.2).
import { asArray, asNumber, asObject, asText, isObject } from '../base/json';
import { plainColour } from '../css/palette';

export interface Series {
  name: string;
  values: (number | null)[];
  points: { x: number; y: number; r: number }[];
  kind: string;
  colour: string;
}
export interface ChartData {
  labels: string[];
  series: Series[];
}

function numbers(source: unknown): (number | null)[] {
  return asArray(source).map((item) => {
    const value = isObject(item) ? (item['y'] ?? item['value'] ?? item['data']) : item;
    const number = asNumber(value, NaN);
    return Number.isNaN(number) ? null : number;
  });
}

function points(source: unknown): Series['points'] {
  return asArray(source)
    .filter(isObject)
    .filter((item) => 'x' in item && 'y' in item)
    .map((item) => ({ x: asNumber(item['x'], 0), y: asNumber(item['y'], 0), r: asNumber(item['r'] ?? item['z'], 5) }));
}

/** `labels` + `datasets`, `series` + categories, or `[{label, value}]`; `columns` names attributes of the elements, one for each series. */
export function readChart(source: unknown, columns?: unknown): ChartData {
  const named = asArray(columns)
    .map(asObject)
    .filter((column) => asText(column['source']) !== '');
  if (Array.isArray(source)) return named.length > 0 ? fromColumns(source, named) : fromList(source);
  const root = asObject(source);
  const raw = asArray(root['datasets'] ?? root['series'] ?? root['data']);
  const axis = asObject(root['xaxis'] ?? root['xAxis']);
  const labels = asArray(root['labels'] ?? root['categories'] ?? axis['categories']).map((item) => String(item ?? ''));
  if (raw.length > 0 && !isObject(raw[0]))
    return {
      labels: labels.length > 0 ? labels : raw.map((_, i) => String(i + 1)),
      series: [{ name: asText(root['name']), values: numbers(raw), points: [], kind: '', colour: '' }],
    };
  if (raw.length > 0 && isObject(raw[0]) && !('data' in raw[0]) && !('values' in raw[0])) return fromList(raw);
  const series = raw.map(asObject).map((item): Series => {
    const data = item['data'] ?? item['values'];
    return {
      name: asText(item['label']) || asText(item['name']),
      values: numbers(data),
      points: points(data),
      kind: asText(item['type']),
      colour: plainColour(item['backgroundColor']) || plainColour(item['borderColor']) || plainColour(item['color']),
    };
  });
  const longest = Math.max(0, ...series.map((item) => item.values.length));
  const fromPoints = asArray(raw[0] && asObject(raw[0])['data']).map((item) =>
    isObject(item) ? String(item['x'] ?? item['label'] ?? '') : '',
  );
  return {
    labels: Array.from({ length: Math.max(longest, labels.length) }, (_, i) => labels[i] ?? (fromPoints[i] || String(i + 1))),
    series,
  };
}

function fromList(source: unknown[]): ChartData {
  if (source.length > 0 && source.every((item) => isObject(item) && Array.isArray(item['data'])))
    return readChart({ series: source });
  const rows = source.map((item): Record<string, unknown> => (isObject(item) ? item : { value: item }));
  const label = (item: Record<string, unknown>, i: number): string =>
    String(item['label'] ?? item['name'] ?? item['x'] ?? item['key'] ?? i + 1);
  const values = rows.map((item) => {
    const number = asNumber(item['value'] ?? item['y'] ?? item['count'] ?? item['total'], NaN);
    return Number.isNaN(number) ? null : number;
  });
  return { labels: rows.map(label), series: [{ name: '', values, points: points(source), kind: '', colour: '' }] };
}

function fromColumns(source: readonly unknown[], columns: readonly Record<string, unknown>[]): ChartData {
  const rows = source.map(asObject);
  return {
    labels: rows.map((row, i) => String(row['x'] ?? row['label'] ?? row['name'] ?? i + 1)),
    series: columns.map((column): Series => {
      const values = numbers(rows.map((row) => row[asText(column['source'])] ?? null));
      return {
        name: asText(column['label']) || asText(column['source']),
        values,
        points: rows.map((row, i) => ({ x: asNumber(row['x'], i + 1), y: values[i] ?? 0, r: asNumber(row['r'], 5) })),
        kind: asText(column['type']),
        colour: plainColour(column['backgroundColor']) || plainColour(column['borderColor']),
      };
    }),
  };
}

/** Round steps for an axis from `low` to `high`. */
export function axisTicks(low: number, high: number, count = 5): number[] {
  if (!(high > low)) return [low, low + 1];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((value) => value >= rough) ?? power * 10;
  const first = Math.floor(low / step) * step;
  const ticks: number[] = [];
  for (let value = first; value < high + step * 0.999 && ticks.length < 50; value += step)
    ticks.push(Number(value.toPrecision(12)));
  return ticks;
}

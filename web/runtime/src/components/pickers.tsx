// Calendars shown in place, for dates, months and years (pages 20.2).
import { useEffect, useState, type CSSProperties, type ReactNode } from 'react';
import { asBoolean, asText, type Json } from '../base/json';
import { readableOn } from '../css/palette';
import type { Value } from '../data/value';
import { today } from '../format/calendar';
import { dayName, weekStart } from '../format/date';
import type { NodeProps } from '../view/node';
import { useValue } from '../view/shown';
import { useView, type View } from '../view/view';
import { localeOf } from './entries';
import { isoOf, MonthGrid, PageButton } from './month_grid';

interface Picked {
  mode: string;
  values: string[];
  has(text: string): boolean;
  between(text: string): boolean;
  choose(text: string): void;
}

/** Single values, several, or a range that is written when both ends are chosen. */
function usePicked(view: View, convert: (text: string) => Json, toText: (value: Json) => string): Picked {
  const path = asText(view.node.props['datasource']);
  const bound = useValue(path);
  const [own, setOwn] = useState<Value>(null);
  const value = path === '' ? own : bound;
  const [from, setFrom] = useState<string | null>(null);
  const mode = view.text('selectionModes') || 'single';
  const values = (Array.isArray(value) ? value : value === null || value === undefined ? [] : [value as Json])
    .map(toText)
    .filter((text) => text !== '');
  const write = (next: Value): void => {
    setOwn(next);
    void view.change(path, next);
  };
  const [low, high] = [...values].sort();
  return {
    mode,
    values,
    has: (text) => (from !== null ? text === from : values.includes(text)),
    between: (text) => mode === 'range' && from === null && low !== undefined && high !== undefined && text > low && text < high,
    choose: (text) => {
      if (mode === 'multiple')
        write((values.includes(text) ? values.filter((other) => other !== text) : [...values, text].sort()).map(convert));
      else if (mode === 'range') {
        if (from === null) {
          setFrom(text);
          return;
        }
        setFrom(null);
        write([from, text].sort().map(convert));
      } else write(convert(text) as Value);
    },
  };
}

/** Names of the properties that colour a picker. */
type Kind = 'Date' | 'Month' | 'Year';

function colours(view: View, kind: Kind): CSSProperties {
  const result: Record<string, string> = {};
  const set = (name: string, value: string): void => {
    if (value !== '') result[name] = value;
  };
  set('--q-picked', view.text(`selected${kind}Color`));
  set('--q-on-picked', readableOn(view.text(`selected${kind}Color`)) ?? '');
  set('--q-range', view.text('selectedRangeColor'));
  set('--q-picked-radius', view.text(`selected${kind}Raduis`));
  return result as CSSProperties;
}

export function DatePicker({ node }: NodeProps): ReactNode {
  const view = useView(node, 'datepicker');
  const picked = usePicked(view, (text) => text, isoOf);
  const locale = localeOf(view);
  const readOnly = view.disabled || asBoolean(view.props['readOnly']);
  return (
    <div {...view.root}>
      <MonthGrid
        locale={locale}
        start={weekStart(locale)}
        shown={picked.values[0] ?? today()}
        selected={picked.has}
        between={picked.between}
        choose={picked.choose}
        readOnly={readOnly}
        style={colours(view, 'Date')}
      />
    </div>
  );
}

export function MonthPicker({ node }: NodeProps): ReactNode {
  const view = useView(node, 'monthpicker');
  const picked = usePicked(
    view,
    (text) => `${text}-01`,
    (value) => isoOf(value).slice(0, 7),
  );
  const chosen = Number((picked.values[0] ?? today()).slice(0, 4));
  const [year, setYear] = useState(chosen);
  useEffect(() => {
    setYear(chosen);
  }, [chosen]);
  const locale = localeOf(view);
  const names = Array.from({ length: 12 }, (_, i) => ({
    id: `${year}-${String(i + 1).padStart(2, '0')}`,
    text: dayName(locale, `2020-${String(i + 1).padStart(2, '0')}-15`, { month: 'short' }),
  }));
  return (
    <Cells
      view={view}
      title={String(year)}
      page={(step) => {
        setYear(year + step);
      }}
      cells={names}
      picked={picked}
      kind="Month"
    />
  );
}

/** The year of a number, a text or a date; empty when it is none. */
function yearOf(value: Json): string {
  return /^(\d{1,4})(?=$|-)/.exec(typeof value === 'number' || typeof value === 'string' ? String(value) : '')?.[1] ?? '';
}

export function YearPicker({ node }: NodeProps): ReactNode {
  const view = useView(node, 'yearpicker');
  const picked = usePicked(view, Number, yearOf);
  const year = Number(picked.values[0] ?? new Date().getFullYear());
  const [first, setFirst] = useState(year - (year % 12));
  useEffect(() => {
    setFirst(year - (year % 12));
  }, [year]);
  const cells = Array.from({ length: 12 }, (_, i) => ({ id: String(first + i), text: String(first + i) }));
  return (
    <Cells
      view={view}
      title={`${first} – ${first + 11}`}
      page={(step) => {
        setFirst(first + step * 12);
      }}
      cells={cells}
      picked={picked}
      kind="Year"
    />
  );
}

function Cells({
  view,
  title,
  page,
  cells,
  picked,
  kind,
}: {
  view: View;
  title: string;
  page: (step: number) => void;
  cells: { id: string; text: string }[];
  picked: Picked;
  kind: Kind;
}): ReactNode {
  const readOnly = view.disabled || asBoolean(view.props['readOnly']);
  return (
    <div {...view.root}>
      <div className="q-month" style={colours(view, kind)}>
        <div className="q-month-bar">
          <PageButton label="Previous" step={-1} sign="‹" page={page} />
          <span className="q-month-title" aria-live="polite">
            {title}
          </span>
          <PageButton label="Next" step={1} sign="›" page={page} />
        </div>
        <div className="q-cells" role="group" aria-label={title}>
          {cells.map((cell) => (
            <button
              key={cell.id}
              type="button"
              aria-pressed={picked.has(cell.id)}
              aria-disabled={readOnly}
              className={['q-day', picked.has(cell.id) ? 'selected' : '', picked.between(cell.id) ? 'q-between' : '']
                .filter(Boolean)
                .join(' ')}
              onClick={() => {
                if (!readOnly) picked.choose(cell.id);
              }}
            >
              {cell.text}
            </button>
          ))}
        </div>
      </div>
    </div>
  );
}

// A month of days that keyboard and pointer can walk through: shared by date fields and pickers.
import { useEffect, useRef, useState, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react';
import { addDays, addMonths, fromIso, monthWeeks, today, toIso } from '../format/calendar';
import { dayName } from '../format/date';

export interface MonthGridProps {
  locale: string;
  /** 1 = Monday … 7 = Sunday. */
  start: number;
  /** Day that is in view and takes the focus first. */
  shown: string;
  allowed?: (iso: string) => boolean;
  selected: (iso: string) => boolean;
  between?: (iso: string) => boolean;
  choose: (iso: string) => void;
  focus?: boolean;
  readOnly?: boolean;
  style?: CSSProperties;
}

/** Short name of a weekday, one letter where the language has no short ones. */
function weekdayName(locale: string, iso: string): string {
  const short = dayName(locale, iso, { weekday: 'short' });
  return short.length > 4 ? dayName(locale, iso, { weekday: 'narrow' }) : short;
}

export function MonthGrid({
  locale,
  start,
  shown,
  allowed = () => true,
  selected,
  between = () => false,
  choose,
  focus = false,
  readOnly = false,
  style,
}: MonthGridProps): ReactNode {
  const [active, setActive] = useState(shown);
  const grid = useRef<HTMLTableElement>(null);
  const moved = useRef(focus);
  useEffect(() => {
    setActive(shown);
  }, [shown]);
  useEffect(() => {
    if (moved.current) grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }, [active]);
  const month = active.slice(0, 7);
  const weeks = monthWeeks(active, start);
  const go = (iso: string): void => {
    moved.current = true;
    setActive(iso);
  };
  const page = (months: number): void => {
    moved.current = false;
    setActive(addMonths(active, months));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const rtl = document.documentElement.dir === 'rtl' ? -1 : 1;
    const target = {
      ArrowRight: addDays(active, rtl),
      ArrowLeft: addDays(active, -rtl),
      ArrowDown: addDays(active, 7),
      ArrowUp: addDays(active, -7),
      PageDown: addMonths(active, event.shiftKey ? 12 : 1),
      PageUp: addMonths(active, event.shiftKey ? -12 : -1),
      Home: addDays(active, -((new Date(`${active}T00:00:00Z`).getUTCDay() || 7) - start + 7) % 7),
    }[event.key];
    if (target !== undefined) {
      event.preventDefault();
      go(target);
    }
  };
  return (
    <div className="q-month" style={style}>
      <div className="q-month-bar">
        <PageButton label="Previous year" step={-12} sign="«" page={page} />
        <PageButton label="Previous month" step={-1} sign="‹" page={page} />
        <span className="q-month-title" aria-live="polite">
          {dayName(locale, active, { month: 'long', year: 'numeric' })}
        </span>
        <PageButton label="Next month" step={1} sign="›" page={page} />
        <PageButton label="Next year" step={12} sign="»" page={page} />
      </div>
      <table
        ref={grid}
        role="grid"
        aria-label={dayName(locale, active, { month: 'long', year: 'numeric' })}
        onKeyDown={onKeyDown}
      >
        <thead>
          <tr>
            {(weeks[0] ?? []).map((iso) => (
              <th key={iso} scope="col" abbr={dayName(locale, iso, { weekday: 'long' })}>
                {weekdayName(locale, iso)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]}>
              {week.map((iso) => {
                const usable = allowed(iso) && !readOnly;
                const names = [
                  'q-day',
                  iso.startsWith(month) ? '' : 'q-other',
                  selected(iso) ? 'selected' : '',
                  between(iso) ? 'q-between' : '',
                  iso === today() ? 'q-today' : '',
                  allowed(iso) ? '' : 'q-forbidden',
                ];
                return (
                  <td key={iso} role="gridcell" aria-selected={selected(iso)}>
                    <button
                      type="button"
                      className={names.filter(Boolean).join(' ')}
                      aria-label={dayName(locale, iso, { dateStyle: 'full' })}
                      tabIndex={iso === active ? 0 : -1}
                      aria-disabled={!usable}
                      onClick={() => {
                        if (usable) {
                          choose(iso);
                          setActive(iso);
                        }
                      }}
                    >
                      {Number(iso.slice(8))}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A button of the bar above what is chosen from: so many pages on. */
export function PageButton({
  label,
  step,
  sign,
  page,
}: {
  label: string;
  step: number;
  sign: string;
  page: (step: number) => void;
}): ReactNode {
  return (
    <button
      type="button"
      className="q-button q-bare"
      aria-label={label}
      onClick={() => {
        page(step);
      }}
    >
      {sign}
    </button>
  );
}

export function isoOf(value: unknown): string {
  if (typeof value !== 'string') return '';
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) || !fromIso(value)
    ? ''
    : toIso({ year: date.getFullYear(), month: date.getMonth() + 1, day: date.getDate() });
}

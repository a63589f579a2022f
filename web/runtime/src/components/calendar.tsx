// Month calendar of entries (pages 20.2).
import { useEffect, useState, type CSSProperties, type ReactNode } from 'react';
import { asBoolean, asText } from '../base/json';
import { addMonths, monthWeeks, today, weekdayOf } from '../format/calendar';
import { dayName, firstWeekday } from '../format/date';
import { useTracked } from '../view/hooks';
import { useItems } from '../view/items';
import type { NodeProps } from '../view/node';
import { useView, type View } from '../view/view';
import { chooseDay, chooseEntry, dateSource, localeOf, mostEntries, todayColours, useEntries, type Entry } from './entries';
import { isoOf } from './month_grid';

export function Calendar({ node }: NodeProps): ReactNode {
  const view = useView(node, 'calendar');
  const items = useItems(view);
  const [shown, setShown] = useState(today());
  const locale = localeOf(view);
  const start = firstWeekday(view.props['weekStart'], locale);
  const count = Math.min(items.length, mostEntries);
  useEffect(() => {
    if (count > 0) items.want(0, count);
  }, [items, count]);
  const entries = useEntries(view, items, { from: view.text('startDate'), to: view.text('endDate'), begin: '', end: '' });
  const current = asText(node.props['currentElement']);
  const selected = useTracked(() => items.indexOf(current === '' ? null : view.read(current)));
  const chosen = useTracked(() => (dateSource(view) === '' ? '' : isoOf(view.read(dateSource(view)))));
  const work = view.text('type') === 'work';
  const days = (week: string[]): string[] => (work ? week.filter((iso) => weekdayOf(iso) < 6) : week);
  const weeks = monthWeeks(shown, start);
  const title = dayName(locale, shown, { month: 'long', year: 'numeric' });
  const move = (months: number): void => {
    setShown(addMonths(shown, months));
    void view.fire('onmonthchange');
  };
  const bar = (label: string, text: string, months: number): ReactNode => (
    <button
      type="button"
      className="q-button q-bare nav-button"
      aria-label={label}
      onClick={() => {
        move(months);
      }}
    >
      {text}
    </button>
  );
  return (
    <div {...view.root}>
      <div className="q-month-bar calendar-header">
        {asBoolean(view.props['yearNav']) ? bar('Previous year', '«', -12) : null}
        {bar('Previous month', '‹', -1)}
        <span className="q-month-title month-title" aria-live="polite">
          {title}
        </span>
        {bar('Next month', '›', 1)}
        {asBoolean(view.props['yearNav']) ? bar('Next year', '»', 12) : null}
      </div>
      <table className="q-calendar calendar-grid" aria-label={title} style={todayColours(view)}>
        <thead>
          <tr>
            {days(weeks[0] ?? []).map((iso) => (
              <th key={iso} scope="col" className="weekday-title" abbr={dayName(locale, iso, { weekday: 'long' })}>
                {dayName(locale, iso, { weekday: 'short' })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]} style={{ height: view.text('rowHeight') || undefined }}>
              {days(week).map((iso) => (
                <td key={iso} className={dayClasses(iso, shown, chosen)}>
                  <DayNumber view={view} iso={iso} locale={locale} />
                  {entries
                    .filter((entry) => entry.from <= iso && iso <= entry.to)
                    .map((entry) => (
                      <EntryButton key={entry.index} view={view} entry={entry} selected={entry.index === selected} />
                    ))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function dayClasses(iso: string, shown: string, chosen: string): string {
  const names = [
    'day-container',
    iso.slice(0, 7) === shown.slice(0, 7) ? '' : 'q-other',
    iso === today() ? 'q-today' : '',
    iso === chosen ? 'q-chosen' : '',
  ];
  return names.filter(Boolean).join(' ');
}

/** A button where a click on a day does something. */
function DayNumber({ view, iso, locale }: { view: View; iso: string; locale: string }): ReactNode {
  const text = Number(iso.slice(8));
  if (view.disabled || (!view.has('ondateclick') && dateSource(view) === ''))
    return <span className="q-calendar-day day-number">{text}</span>;
  return (
    <button
      type="button"
      className="q-calendar-day day-number"
      aria-label={dayName(locale, iso, { dateStyle: 'full' })}
      onClick={(event) => {
        chooseDay(view, event, iso);
      }}
    >
      {text}
    </button>
  );
}

export function EntryButton({
  view,
  entry,
  selected,
  time,
  details = false,
  style,
}: {
  view: View;
  entry: Entry;
  selected: boolean;
  /** When it takes place, where that is worth saying. */
  time?: string;
  details?: boolean;
  style?: CSSProperties;
}): ReactNode {
  const colour = selected && view.text('selectedColor') ? view.text('selectedColor') : entry.colour;
  return (
    <button
      type="button"
      className={`q-entry element-container${selected ? ' selected' : ''}`}
      title={entry.tip === '' ? undefined : entry.tip}
      aria-pressed={selected}
      style={
        {
          ...style,
          ...(colour ? { '--q-entry': colour } : {}),
          borderRadius: view.text('borderRadius') || undefined,
        } as CSSProperties
      }
      {...(view.disabled ? { disabled: true } : {})}
      onClick={(event) => {
        chooseEntry(view, event, entry);
      }}
    >
      {time ? <span className="q-entry-time element-time">{time}</span> : null}
      <span className="q-entry-text element-title" title={entry.text}>
        {entry.text}
      </span>
      {details
        ? entry.details.map((text, i) => (
            <span key={i} className="q-entry-detail element-detail" title={text}>
              {text}
            </span>
          ))
        : null}
    </button>
  );
}

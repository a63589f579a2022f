// Entries of a week or a day beside the hours (pages 20.2).
import { useEffect, useState, type CSSProperties, type ReactNode } from 'react';
import { asBoolean, asNumber, asText } from '../base/json';
import { addDays, addMonths, today, weekdayOf } from '../format/calendar';
import { dayName, firstWeekday, timeName } from '../format/date';
import { useTracked } from '../view/hooks';
import { useItems } from '../view/items';
import type { NodeProps } from '../view/node';
import { useView, type View } from '../view/view';
import { EntryButton } from './calendar';
import { chooseDay, dateSource, localeOf, mostEntries, todayColours, useEntries, type Entry } from './entries';
import '../styles/replacements.css';
import { isoOf } from './month_grid';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Shown when only the hours of work are wanted; entries outside make room for themselves. */
const workHours = { first: 8 * hour, end: 19 * hour };

/** A place of an entry in its day: lanes stand side by side where entries overlap. */
export interface Placed {
  entry: Entry;
  begin: number;
  end: number;
  lane: number;
  lanes: number;
}

/** Entries of one day, earliest first, with the lane of each. */
export function placeEntries(entries: readonly Entry[], shortest: number): Placed[] {
  const placed = entries
    .map((entry): Placed => {
      const begin = Math.min(Math.max(entry.begin ?? 0, 0), day - shortest);
      const end = Math.min(Math.max(entry.end ?? begin + hour, begin + shortest), day);
      return { entry, begin, end, lane: 0, lanes: 1 };
    })
    .sort((a, b) => a.begin - b.begin || b.end - a.end || a.entry.index - b.entry.index);
  let group: Placed[] = [];
  let until = -1;
  const close = (): void => {
    const lanes = Math.max(0, ...group.map((item) => item.lane)) + 1;
    for (const item of group) item.lanes = lanes;
    group = [];
  };
  for (const item of placed) {
    if (item.begin >= until) close();
    const taken = new Set(group.filter((other) => other.end > item.begin).map((other) => other.lane));
    while (taken.has(item.lane)) item.lane++;
    group.push(item);
    until = Math.max(group.length === 1 ? item.end : until, item.end);
  }
  close();
  return placed;
}

export function Scheduler({ node }: NodeProps): ReactNode {
  return <Schedule node={node} single={false} />;
}
export function DayView({ node }: NodeProps): ReactNode {
  return <Schedule node={node} single />;
}

function Schedule({ node, single }: NodeProps & { single: boolean }): ReactNode {
  const view = useView(node, single ? 'dayview' : 'scheduler');
  const items = useItems(view);
  const locale = localeOf(view);
  const chosen = useTracked(() => (dateSource(view) === '' ? '' : isoOf(view.read(dateSource(view)))));
  const [shown, setShown] = useState(chosen || today());
  useEffect(() => {
    if (chosen !== '') setShown(chosen);
  }, [chosen]);
  const count = Math.min(items.length, mostEntries);
  useEffect(() => {
    if (count > 0) items.want(0, count);
  }, [items, count]);
  const date = view.text('eventDate') || view.text('startDate');
  const entries = useEntries(view, items, {
    from: date,
    to: view.text('endDate'),
    begin: view.text('startTime'),
    end: view.text('endTime'),
  });
  const days = single ? [shown] : weekOf(shown, firstWeekday(view.props['weekStart'], locale), view.text('days') === 'work');
  const step = Math.min(Math.max(asNumber(view.props['minutes'], 60), 5), 240) * minute;
  const columns = days.map((iso) => ({
    iso,
    placed: placeEntries(
      entries.filter((entry) => entry.from <= iso && iso <= entry.to),
      Math.min(step, 30 * minute),
    ),
  }));
  const range = hoursShown(
    columns.flatMap((column) => column.placed),
    view.text('hours') === 'work',
    step,
  );
  const current = asText(node.props['currentElement']);
  const selected = useTracked(() => items.indexOf(current === '' ? null : view.read(current)));
  const rows = Math.round((range.end - range.first) / step);
  const height = /^\d+(\.\d+)?(px)?$/.test(view.text('height')) ? parseFloat(view.text('height')) : 56;
  const title = single
    ? dayName(locale, shown, { dateStyle: 'full' })
    : dayName(locale, days[0] ?? shown, { month: 'long', year: 'numeric' });
  return (
    <div {...view.root}>
      <Navigation
        view={view}
        title={title}
        single={single}
        go={(iso) => {
          setShown(iso);
        }}
        shown={shown}
      />
      <div
        className="q-schedule scheduler-grid"
        role="group"
        aria-label={title}
        data-sticky={view.text('headerPosition') === 'sticky'}
        style={{ '--q-days': days.length, '--q-rows': rows, '--q-row': `${height}px`, ...todayColours(view) } as CSSProperties}
      >
        <div className="q-schedule-head scheduler-header">
          <span />
          {days.map((iso) => (
            <DayTitle key={iso} view={view} iso={iso} locale={locale} />
          ))}
        </div>
        <div className="q-schedule-body scheduler-body">
          <div className="q-schedule-hours timeline" aria-hidden="true">
            {Array.from({ length: rows }, (_, i) => (
              <span key={i}>{timeName(locale, range.first + i * step, view.text('timeFormat') === '12')}</span>
            ))}
          </div>
          {columns.map(({ iso, placed }) => (
            <ul key={iso} className="q-schedule-day time-content" aria-label={dayName(locale, iso, { dateStyle: 'full' })}>
              {placed.map((item) => (
                <li key={item.entry.index} style={boxOf(item, range)}>
                  <EntryButton
                    view={view}
                    entry={item.entry}
                    selected={item.entry.index === selected}
                    time={timesOf(item, locale, view)}
                    details
                  />
                </li>
              ))}
            </ul>
          ))}
        </div>
      </div>
    </div>
  );
}

function weekOf(iso: string, start: number, work: boolean): string[] {
  const first = addDays(iso, -((weekdayOf(iso) - start + 7) % 7));
  const days = Array.from({ length: 7 }, (_, i) => addDays(first, i));
  return work ? days.filter((item) => weekdayOf(item) < 6) : days;
}

function hoursShown(placed: readonly Placed[], work: boolean, step: number): { first: number; end: number } {
  if (!work) return { first: 0, end: day };
  const first = Math.min(workHours.first, ...placed.map((item) => item.begin));
  const end = Math.max(workHours.end, ...placed.map((item) => item.end));
  return {
    first: Math.floor(first / hour) * hour,
    end: Math.floor(first / hour) * hour + Math.ceil((end - Math.floor(first / hour) * hour) / step) * step,
  };
}

function boxOf(item: Placed, range: { first: number; end: number }): CSSProperties {
  const share = (value: number): string => `${((value * 100) / (range.end - range.first)).toFixed(4)}%`;
  return {
    top: share(item.begin - range.first),
    height: share(item.end - item.begin),
    insetInlineStart: `${(item.lane * 100) / item.lanes}%`,
    width: `${100 / item.lanes}%`,
  };
}

function timesOf(item: Placed, locale: string, view: View): string {
  if (item.entry.begin === null) return '';
  const half = view.text('timeFormat') === '12';
  return `${timeName(locale, item.begin, half)} – ${timeName(locale, item.end, half)}`;
}

function DayTitle({ view, iso, locale }: { view: View; iso: string; locale: string }): ReactNode {
  const content = (
    <>
      <span className="q-schedule-weekday weekday-day">{dayName(locale, iso, { weekday: 'short' })}</span>
      <span className="q-schedule-number weekday-number">{Number(iso.slice(8))}</span>
    </>
  );
  const classes = `q-schedule-title weekday-title${iso === today() ? ' q-today' : ''}`;
  if (view.disabled || !view.has('ondateclick')) return <div className={classes}>{content}</div>;
  return (
    <button
      type="button"
      className={classes}
      aria-label={dayName(locale, iso, { dateStyle: 'full' })}
      onClick={(event) => {
        chooseDay(view, event, iso);
      }}
    >
      {content}
    </button>
  );
}

function Navigation({
  view,
  title,
  single,
  shown,
  go,
}: {
  view: View;
  title: string;
  single: boolean;
  shown: string;
  go: (iso: string) => void;
}): ReactNode {
  const button = (label: string, text: string, target: string): ReactNode => (
    <button
      type="button"
      className="q-button q-bare nav-button"
      aria-label={label}
      onClick={() => {
        go(target);
      }}
    >
      {text}
    </button>
  );
  const size = single ? 1 : 7;
  const name = single ? 'day' : 'week';
  const years = asBoolean(view.props['yearNav']);
  return (
    <div className={`q-month-bar ${single ? 'current-day' : 'scheduler-navigation'}`}>
      {years ? button('Previous year', '«', addMonths(shown, -12)) : null}
      {button(`Previous ${name}`, '‹', addDays(shown, -size))}
      <span className="q-month-title month-title current-month" aria-live="polite">
        {title}
      </span>
      {asBoolean(view.props['todayButton'], true) ? (
        <button
          type="button"
          className="q-button q-quiet q-small today-button"
          onClick={() => {
            go(today());
          }}
        >
          Today
        </button>
      ) : null}
      {button(`Next ${name}`, '›', addDays(shown, size))}
      {years ? button('Next year', '»', addMonths(shown, 12)) : null}
    </div>
  );
}

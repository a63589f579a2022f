// Month calendar of entries (pages 20.2).
import { useEffect, useState, type ReactNode } from 'react';
import { asArray, asBoolean, asObject, asText } from '../base/json';
import { Entity } from '../data/entity';
import type { Value } from '../data/value';
import { addMonths, monthWeeks, today, weekdayNumber, weekdayOf } from '../format/calendar';
import { weekStart } from '../format/date';
import { formatValue } from '../format/format';
import { useTracked } from '../view/hooks';
import { selectItem, useItems } from '../view/items';
import type { NodeProps } from '../view/node';
import { useView } from '../view/view';
import { isoOf } from './month_grid';

export function property(item: Value | undefined, path: string): Value | undefined {
  let at: Value | undefined = item;
  for (const step of path === '' ? [] : path.split('.')) {
    if (at === null || at === undefined) return at;
    at = at instanceof Entity ? at.get(step) : ((asObject(at)[step] ?? null) as Value);
  }
  return at;
}

interface Entry {
  index: number;
  value: Value;
  text: string;
  from: string;
  to: string;
  colour: string;
  tip: string;
}

const most = 500;

export function Calendar({ node }: NodeProps): ReactNode {
  const view = useView(node, 'calendar');
  const items = useItems(view);
  const [shown, setShown] = useState(today());
  const language = view.text('language');
  const app = view.page.app;
  const locale = language === '' || language.length < 2 ? app.locale.value : language;
  const start = weekdayNumber(view.text('weekStart')) || weekStart(locale);
  const count = Math.min(items.length, most);
  useEffect(() => {
    if (count > 0) items.want(0, count);
  }, [items, count]);
  const entries = useTracked(() =>
    Array.from({ length: count }, (_, index): Entry | null => {
      const value = items.at(index);
      const from = isoOf(property(value, view.text('startDate')));
      if (value === undefined || value === null || from === '') return null;
      const tip = asArray(view.props['attributes'])
        .map((raw) => asText(typeof raw === 'string' ? raw : (asObject(raw)['source'] ?? asObject(raw)['attribute'])))
        .filter(Boolean);
      return {
        index,
        value,
        from,
        to: isoOf(property(value, view.text('endDate'))) || from,
        text: formatValue(property(value, view.text('property')), '', '', app.locale.value),
        colour: asText(property(value, view.text('colorProp'))) || view.text('color'),
        tip: tip.map((path) => `${path}: ${formatValue(property(value, path), '', '', app.locale.value)}`).join('\n'),
      };
    }).filter((entry): entry is Entry => entry !== null),
  );
  const current = asText(node.props['currentElement']);
  const selected = useTracked(() => items.indexOf(current === '' ? null : view.read(current)));
  const work = view.text('type') === 'work';
  const days = (week: string[]): string[] => (work ? week.filter((iso) => weekdayOf(iso) < 6) : week);
  const weeks = monthWeeks(shown, start);
  const title = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${shown}T00:00:00Z`),
  );
  const bar = (label: string, text: string, months: number): ReactNode => (
    <button
      type="button"
      className="q-button q-bare"
      aria-label={label}
      onClick={() => {
        setShown(addMonths(shown, months));
      }}
    >
      {text}
    </button>
  );
  return (
    <div {...view.root}>
      <div className="q-month-bar">
        {asBoolean(view.props['yearNav']) ? bar('Previous year', '«', -12) : null}
        {bar('Previous month', '‹', -1)}
        <span className="q-month-title" aria-live="polite">
          {title}
        </span>
        {bar('Next month', '›', 1)}
        {asBoolean(view.props['yearNav']) ? bar('Next year', '»', 12) : null}
      </div>
      <table className="q-calendar" aria-label={title}>
        <thead>
          <tr>
            {days(weeks[0] ?? []).map((iso) => (
              <th key={iso} scope="col">
                {new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(new Date(`${iso}T00:00:00Z`))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]} style={{ height: view.text('rowHeight') || undefined }}>
              {days(week).map((iso) => (
                <td
                  key={iso}
                  className={[iso.slice(0, 7) === shown.slice(0, 7) ? '' : 'q-other', iso === today() ? 'q-today' : '']
                    .filter(Boolean)
                    .join(' ')}
                >
                  <span className="q-calendar-day">{Number(iso.slice(8))}</span>
                  {entries
                    .filter((entry) => entry.from <= iso && iso <= entry.to)
                    .map((entry) => (
                      <button
                        key={entry.index}
                        type="button"
                        className={`q-entry${entry.index === selected ? ' selected' : ''}`}
                        title={entry.tip}
                        style={{
                          backgroundColor:
                            entry.index === selected && view.text('selectedColor')
                              ? view.text('selectedColor')
                              : entry.colour || undefined,
                          borderRadius: view.text('borderRadius') || undefined,
                        }}
                        {...(view.disabled ? { disabled: true } : {})}
                        onClick={() => {
                          void selectItem(view, entry.value);
                        }}
                      >
                        {entry.text}
                      </button>
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

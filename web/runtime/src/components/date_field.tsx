// Date field: typing in the locale's short form, or choosing from a month (pages 15.7).
import { useId, useState, type ReactNode } from 'react';
import { asArray, type Json } from '../base/json';
import { dayTest, fromIso, intervalProblem, today } from '../format/calendar';
import { dateOrder, firstWeekday, formatDate, readDate } from '../format/date';
import { formatValue } from '../format/format';
import { plainDigits } from '../format/number';
import { useTracked } from '../view/hooks';
import { usePause } from '../view/pause';
import { useValue } from '../view/shown';
import { asText } from '../base/json';
import { useFieldPopup } from './field_popup';
import type { FieldProps } from './input';
import { isoOf, MonthGrid } from './month_grid';

const fullYear = /(^|\D)\d{4}(\D|$)/;

export function DateField({ view, value, field, readOnly, commit }: FieldProps): ReactNode {
  const locale = view.page.app.locale.value;
  const popup = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [focused, setFocused] = useState(false);
  const [wrong, setWrong] = useState(false);
  const { root, open, setOpen, onKeyDown, focusField } = useFieldPopup();
  const iso = isoOf(value);
  const format = view.text('format');
  const shown = useTracked(() => formatValue(value, format, 'date', view.page.app.locale.value));
  const plain = formatDate(iso, '', locale);
  const bound = useValue(asText(view.node.props['intervalsDatasource']));
  const intervals = Array.isArray(bound) ? (bound as Json[]) : asArray(view.props['intervals']);
  const allowed = dayTest(intervals);
  const broken = intervalProblem(intervals);
  const start = firstWeekday(view.props['weekStart'], locale);

  const put = (next: string | null): void => {
    const before = typeof value === 'string' && value.includes('T') ? value.slice(value.indexOf('T')) : '';
    if ((next ?? '') !== iso) commit(next === null ? null : next + before);
  };
  // On the way to a date there are others: while typing, one counts when its year is written in full.
  const pause = usePause((text: string) => {
    const next = readDate(text, locale);
    if (next === null || (next !== undefined && fullYear.test(plainDigits(text)) && allowed(next))) put(next);
  }, view.page.app.manager.typing);
  const take = (next: string | null): void => {
    pause.drop();
    setTyped(null);
    setWrong(false);
    put(next);
  };
  const finish = (): void => {
    if (typed === null) return;
    const next = readDate(typed, locale);
    if (next === undefined || (next !== null && next !== iso && !allowed(next))) {
      setWrong(true);
      return;
    }
    take(next);
  };
  const usable = !view.disabled && !readOnly;
  const { hint } = dateOrder(locale);
  return (
    <div ref={root} className="q-date" onKeyDown={onKeyDown}>
      <input
        {...field}
        type="text"
        value={typed ?? (typeof value === 'string' && iso === '' ? value : focused && usable && iso !== '' ? plain : shown)}
        placeholder={view.text('placeholder') || hint}
        {...(wrong ? { 'aria-invalid': true } : {})}
        role="combobox"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={`${popup}-dialog`}
        onFocus={(event) => {
          field.onFocus?.(event);
          setFocused(true);
        }}
        onChange={(event) => {
          setTyped(event.target.value);
          setWrong(false);
          pause.later(event.target.value);
        }}
        onBlur={(event) => {
          setFocused(false);
          finish();
          field.onBlur?.(event);
        }}
        onKeyDown={(event) => {
          field.onKeyDown?.(event);
          if (event.key === 'Enter') finish();
          if (event.key === 'ArrowDown' && usable) {
            event.preventDefault();
            setOpen(true);
          }
        }}
      />
      <button
        type="button"
        className="q-date-button"
        aria-label="Choose a date"
        disabled={!usable}
        onClick={() => {
          setOpen(!open);
        }}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <rect x="3.5" y="5" width="17" height="15.5" rx="2" />
          <path d="M3.5 10h17M8 2.5V7M16 2.5V7" />
        </svg>
      </button>
      {open ? (
        <div id={`${popup}-dialog`} className="q-menu q-popup" role="dialog" aria-label="Choose a date">
          <MonthGrid
            locale={locale}
            start={start}
            shown={iso || today()}
            allowed={allowed}
            selected={(day) => day === iso}
            focus
            choose={(day) => {
              take(day);
              setOpen(false);
              focusField();
            }}
          />
        </div>
      ) : null}
      {broken !== '' && !wrong ? (
        <div className="q-problem" role="alert">
          {broken}
        </div>
      ) : null}
      {wrong && typed !== null ? (
        <div className="q-problem" role="alert">
          {fromIso(readDate(typed, locale) ?? '') ? 'This day cannot be chosen' : `Not a date (${hint})`}
        </div>
      ) : null}
    </div>
  );
}

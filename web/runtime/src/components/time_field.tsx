// Times of day and durations, held in milliseconds (pages 15.7).
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { toDuration } from '../data/value';
import { formatDuration } from '../format/duration';
import { plainDigits } from '../format/number';
import { usePause } from '../view/pause';
import { useFieldPopup } from './field_popup';
import type { FieldProps } from './input';

const minute = 60000;
const hour = 60 * minute;

/** `9`, `9:30`, `9:30:15`, `9:30 pm` in milliseconds; null when it is none of them. */
export function readTime(text: string): number | null {
  const match = /^(.*?)\s*([ap])\.?m\.?$/i.exec(plainDigits(text).trim());
  const clock = (match?.[1] ?? plainDigits(text)).trim();
  const ms = toDuration(/^\d{1,2}$/.test(clock) ? `${clock}:00` : clock);
  if (!match || ms === null) return ms;
  return ms >= 13 * hour || ms < hour ? null : (ms % (12 * hour)) + (match[2]?.toLowerCase() === 'p' ? 12 * hour : 0);
}

const fullMinutes = /:\d{2}(\D|$)/;

export function TimeField({ view, value, field, readOnly, commit, duration }: FieldProps & { duration: boolean }): ReactNode {
  const [typed, setTyped] = useState<string | null>(null);
  const [focused, setFocused] = useState(false);
  const { root, open, setOpen, onKeyDown } = useFieldPopup();
  const ms = typeof value === 'number' ? value : typeof value === 'string' ? toDuration(value) : null;
  const half = !duration && view.props['twentyFourHours'] === false;
  const format = view.text('format') || (duration ? 'Simple' : half ? 'h:mm a' : 'Without seconds');
  const usable = !view.disabled && !readOnly;
  const plain = (time: number): string => formatDuration(time, duration ? 'Simple' : 'Without seconds', 'en');
  const shown = (time: number): string => formatDuration(time, format, view.page.app.locale.value);

  const put = (next: number | null): void => {
    const fixed = next === null ? null : duration ? next : ((next % (24 * hour)) + 24 * hour) % (24 * hour);
    if (fixed !== ms) commit(fixed);
  };
  // While typing, a time counts when its minutes are written in full.
  const pause = usePause((text: string) => {
    const next = readTime(text);
    if (text.trim() === '') put(null);
    else if (next !== null && fullMinutes.test(plainDigits(text))) put(next);
  }, view.page.app.manager.typing);
  const take = (next: number | null): void => {
    pause.drop();
    setTyped(null);
    put(next);
  };
  const finish = (): void => {
    if (typed === null) return;
    const text = typed.trim();
    const next = text === '' ? null : readTime(text);
    if (text !== '' && next === null) {
      pause.drop();
      setTyped(null);
      return;
    }
    take(next);
  };
  const step = (change: number): void => {
    take(Math.max(duration ? -Infinity : 0, (ms ?? 0) + change));
  };
  return (
    <div ref={root} className="q-date" onKeyDown={onKeyDown}>
      <input
        {...field}
        type="text"
        inputMode="numeric"
        value={typed ?? (ms === null ? (typeof value === 'string' ? value : '') : focused && usable ? plain(ms) : shown(ms))}
        placeholder={view.text('placeholder') || (duration ? 'hh:mm:ss' : 'hh:mm')}
        onFocus={(event) => {
          field.onFocus?.(event);
          setFocused(true);
        }}
        onChange={(event) => {
          setTyped(event.target.value);
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
          if (usable && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
            event.preventDefault();
            step((event.key === 'ArrowUp' ? 1 : -1) * (event.shiftKey ? hour : minute));
          }
        }}
      />
      {duration ? (
        <span className="q-steps">
          <button
            type="button"
            aria-label="Less"
            disabled={!usable}
            onClick={() => {
              step(-minute);
            }}
          >
            −
          </button>
          <button
            type="button"
            aria-label="More"
            disabled={!usable}
            onClick={() => {
              step(minute);
            }}
          >
            +
          </button>
        </span>
      ) : (
        <button
          type="button"
          className="q-date-button"
          aria-label="Choose a time"
          aria-haspopup="dialog"
          aria-expanded={open}
          disabled={!usable}
          onClick={() => {
            setOpen(!open);
          }}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <circle cx="12" cy="12" r="8.5" />
            <path d="M12 7v5l3.5 2" />
          </svg>
        </button>
      )}
      {open ? <Wheels ms={ms ?? 0} take={take} half={half} /> : null}
    </div>
  );
}

/** Two columns that scroll: hours and minutes. */
function Wheels({ ms, take, half }: { ms: number; take: (ms: number) => void; half: boolean }): ReactNode {
  const root = useRef<HTMLDivElement>(null);
  const id = useId();
  const [h, m] = [Math.floor(ms / hour) % 24, Math.floor(ms / minute) % 60];
  useEffect(() => {
    for (const item of root.current?.querySelectorAll('.selected') ?? []) item.scrollIntoView({ block: 'center' });
  }, []);
  const hourName = (value: number): string =>
    half ? `${value % 12 || 12} ${value < 12 ? 'AM' : 'PM'}` : String(value).padStart(2, '0');
  const column = (count: number, current: number, label: string, set: (value: number) => void): ReactNode => (
    <div
      className="q-wheel"
      role="listbox"
      aria-label={label}
      aria-activedescendant={`${id}-${label}-${current}`}
      tabIndex={0}
      onKeyDown={(event) => {
        const change = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (change !== undefined) {
          event.preventDefault();
          set((current + change + count) % count);
        }
      }}
    >
      {Array.from({ length: count }, (_, i) => (
        <div
          key={i}
          id={`${id}-${label}-${i}`}
          role="option"
          aria-selected={i === current}
          className={i === current ? 'selected' : ''}
          onClick={() => {
            set(i);
          }}
        >
          {count === 24 ? hourName(i) : String(i).padStart(2, '0')}
        </div>
      ))}
    </div>
  );
  return (
    <div ref={root} className="q-menu q-popup q-wheels" role="dialog" aria-label="Choose a time">
      {column(24, h, 'Hour', (value) => {
        take(value * hour + m * minute);
      })}
      {column(60, m, 'Minute', (value) => {
        take(h * hour + value * minute);
      })}
    </div>
  );
}

// Durations in milliseconds (pages 14.4).

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const month = 30 * day;
const year = 365 * day;

export function formatDuration(value: number, format: string, locale: string): string {
  switch (format.trim().toLowerCase()) {
    case '':
    case 'simple':
      return clock(value, true);
    case 'without seconds':
      return clock(value, false);
    case 'distance':
      return distance(value, locale);
    case 'distance with suffix':
      return suffixed(value, distance(value, locale), locale);
    case 'strict distance':
      return strict(value, locale);
    case 'strict distance with suffix':
      return suffixed(value, strict(value, locale), locale);
    default:
      return pattern(value, format);
  }
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

function clock(value: number, seconds: boolean): string {
  const total = Math.floor(Math.abs(value) / second);
  const sign = value < 0 ? '-' : '';
  const text = `${sign}${pad(Math.floor(total / 3600))}:${pad(Math.floor(total / 60) % 60)}`;
  return seconds ? `${text}:${pad(total % 60)}` : text;
}

function pattern(value: number, format: string): string {
  const total = Math.floor(Math.abs(value) / second);
  const hours = Math.floor(total / 3600);
  const parts: Record<string, number> = {
    H: hours,
    h: hours % 12 === 0 ? 12 : hours % 12,
    K: hours % 12,
    k: hours % 24 === 0 ? 24 : hours % 24,
    m: Math.floor(total / 60) % 60,
    s: total % 60,
  };
  const text = format.replace(/'((?:[^']|'')*)'|([HhKkms])\2*|a+/g, (match, quoted: string | undefined) => {
    if (quoted !== undefined) return match === "''" ? "'" : quoted.replace(/''/g, "'");
    if (match.startsWith('a')) return hours % 24 < 12 ? 'AM' : 'PM';
    return String(parts[match[0] ?? ''] ?? '').padStart(match.length, '0');
  });
  return value < 0 ? `-${text}` : text;
}

function unit(count: number, name: Intl.NumberFormatOptions['unit'], locale: string): string {
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: name ?? 'second',
    unitDisplay: 'long',
    numberingSystem: 'latn',
  }).format(count);
}

const words: Readonly<Record<string, { less: string; about: string; in: string; ago: string }>> = {
  en: { less: 'less than a minute', about: 'about {}', in: 'in {}', ago: '{} ago' },
  fr: { less: "moins d'une minute", about: 'environ {}', in: 'dans {}', ago: 'il y a {}' },
  de: { less: 'weniger als eine Minute', about: 'etwa {}', in: 'in {}', ago: 'vor {}' },
  es: { less: 'menos de un minuto', about: 'alrededor de {}', in: 'en {}', ago: 'hace {}' },
  it: { less: 'meno di un minuto', about: 'circa {}', in: 'tra {}', ago: '{} fa' },
  pt: { less: 'menos de um minuto', about: 'cerca de {}', in: 'em {}', ago: 'há {}' },
  nl: { less: 'minder dan een minuut', about: 'ongeveer {}', in: 'over {}', ago: '{} geleden' },
};

function wordsOf(locale: string): { less: string; about: string; in: string; ago: string } {
  return words[locale.split('-')[0] ?? ''] ?? { less: `< ${unit(1, 'minute', locale)}`, about: '≈ {}', in: '+ {}', ago: '− {}' };
}

function distance(value: number, locale: string): string {
  const ms = Math.abs(value);
  const about = (text: string): string => wordsOf(locale).about.replace('{}', text);
  if (ms < 30 * second) return wordsOf(locale).less;
  if (ms < 1.5 * minute) return unit(1, 'minute', locale);
  if (ms < 44.5 * minute) return unit(Math.round(ms / minute), 'minute', locale);
  if (ms < 89.5 * minute) return about(unit(1, 'hour', locale));
  if (ms < 24 * hour) return about(unit(Math.round(ms / hour), 'hour', locale));
  if (ms < 42 * hour) return unit(1, 'day', locale);
  if (ms < month) return unit(Math.round(ms / day), 'day', locale);
  if (ms < 2 * month) return about(unit(Math.max(1, Math.round(ms / month)), 'month', locale));
  if (ms < year) return unit(Math.min(11, Math.round(ms / month)), 'month', locale);
  return about(unit(Math.max(1, Math.round(ms / year)), 'year', locale));
}

function strict(value: number, locale: string): string {
  const ms = Math.abs(value);
  const sizes: [number, string][] = [
    [year, 'year'],
    [month, 'month'],
    [day, 'day'],
    [hour, 'hour'],
    [minute, 'minute'],
  ];
  for (const [size, name] of sizes) if (ms >= size) return unit(Math.round(ms / size), name, locale);
  return unit(Math.round(ms / second), 'second', locale);
}

function suffixed(value: number, text: string, locale: string): string {
  return wordsOf(locale)[value < 0 ? 'ago' : 'in'].replace('{}', text);
}

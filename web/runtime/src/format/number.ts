// Spreadsheet masks for numbers (pages 14.2).

interface Section {
  prefix: string;
  suffix: string;
  integer: string;
  fraction: string;
  grouped: boolean;
  percent: boolean;
  digits: boolean;
}

const separators = new Map<string, { group: string; decimal: string }>();

function separatorsOf(locale: string): { group: string; decimal: string } {
  let found = separators.get(locale);
  if (!found) {
    const parts = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(1234567.8);
    found = {
      group: parts.find((part) => part.type === 'group')?.value ?? ',',
      decimal: parts.find((part) => part.type === 'decimal')?.value ?? '.',
    };
    separators.set(locale, found);
  }
  return found;
}

/** Shortest form of a number with the separators of the locale. */
export function plainNumber(value: number, locale: string): string {
  if (!Number.isFinite(value)) return String(value);
  const text = String(value);
  return /e/.test(text) ? text : text.replace('.', separatorsOf(locale).decimal);
}

export function formatNumber(value: number, mask: string, locale: string): string {
  if (mask === '' || !Number.isFinite(value)) return plainNumber(value, locale);
  const sections = split(mask);
  const [positive = '', negative, zero] = sections;
  if (value === 0 && zero !== undefined) return apply(0, readSection(zero), locale);
  if (value < 0 && negative !== undefined) return apply(-value, readSection(negative), locale);
  const section = readSection(positive);
  const text = apply(Math.abs(value), section, locale);
  return value < 0 && /[1-9]/.test(text) ? `-${text}` : text;
}

function split(mask: string): string[] {
  const sections = [''];
  let quoted = false;
  for (const c of mask) {
    if (c === '"') quoted = !quoted;
    if (c === ';' && !quoted) sections.push('');
    else sections[sections.length - 1] += c;
  }
  return sections;
}

function readSection(text: string): Section {
  const section: Section = { prefix: '', suffix: '', integer: '', fraction: '', grouped: false, percent: false, digits: false };
  let quoted = false;
  let fraction = false;
  let ended = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? '';
    if (c === '"') {
      quoted = !quoted;
      continue;
    }
    const next = text[i + 1] ?? '';
    if (!quoted && !ended && (c === '0' || c === '#')) {
      section.digits = true;
      if (fraction) section.fraction += c;
      else section.integer += c;
      continue;
    }
    if (!quoted && !ended && c === ',' && section.digits && !fraction && (next === '0' || next === '#')) {
      section.grouped = true;
      continue;
    }
    if (
      !quoted &&
      !ended &&
      c === '.' &&
      !fraction &&
      (section.digits || next === '0' || next === '#') &&
      (next === '0' || next === '#')
    ) {
      fraction = true;
      section.digits = true;
      continue;
    }
    if (!quoted && c === '%') section.percent = true;
    if (section.digits) {
      ended = true;
      section.suffix += c;
    } else section.prefix += c;
  }
  return section;
}

function apply(value: number, section: Section, locale: string): string {
  if (!section.digits) return section.prefix + section.suffix;
  const scaled = section.percent ? shift(value, 2) : value;
  const [whole = '0', part = ''] = round(scaled, section.fraction.length).split('.');
  const { group, decimal } = separatorsOf(locale);
  const least = section.integer.split('').filter((c) => c === '0').length;
  let integer = (whole === '0' && least === 0 ? '' : whole).padStart(least, '0');
  if (section.grouped) integer = integer.replace(/\B(?=(\d{3})+(?!\d))/g, group);
  const kept = section.fraction.lastIndexOf('0') + 1;
  let fraction = part.padEnd(section.fraction.length, '0');
  while (fraction.length > kept && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  return section.prefix + integer + (fraction === '' ? '' : decimal + fraction) + section.suffix;
}

/** Moves the decimal point of the shortest decimal form: exact where multiplication is not. */
function shift(value: number, places: number): number {
  return Number(`${value}e${places}`) || value * 10 ** places;
}

/** Half away from zero, on the decimal form that a person sees. */
function round(value: number, digits: number): string {
  if (value >= 1e21) return BigInt(Math.round(value)).toString();
  const moved = Math.round(Number(`${value}e${digits}`));
  if (!Number.isFinite(moved) || moved >= 1e21) return value.toFixed(Math.min(digits, 100));
  const text = BigInt(moved)
    .toString()
    .padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

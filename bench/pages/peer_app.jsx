// The page of page.mjs as a person writes it by hand: React, a table that draws the visible rows and fetches pages of 100.
import { createRoot } from 'react-dom/client';
import { useEffect, useReducer, useRef, useState } from 'react';
import { boxes, fieldsInBox, textsInBox } from './page.mjs';

const rowHeight = 36;
const pageLength = 100;
const columns = ['ID', 'name', 'latitude', 'longitude', 'countryID'];

function usePages() {
  const pages = useRef(new Map());
  const [count, setCount] = useState(0);
  const [, arrived] = useReducer((n) => n + 1, 0);
  const want = async (number) => {
    if (pages.current.has(number)) return;
    pages.current.set(number, []);
    const answer = await (await fetch(`/city?skip=${number * pageLength}`)).json();
    pages.current.set(number, answer.entities);
    setCount(answer.count);
    arrived();
  };
  useEffect(() => { want(0); }, []);
  const at = (index) => {
    const number = Math.floor(index / pageLength);
    want(number);
    return pages.current.get(number)?.[index % pageLength];
  };
  return { count, at };
}

function Table({ cities, choose }) {
  const [top, setTop] = useState(0);
  const first = Math.floor(top / rowHeight);
  const indexes = Array.from({ length: Math.min(cities.count - first, 14) }, (_, offset) => first + offset);
  return (
    <div className="table" style={{ height: 400, overflow: 'auto' }} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
      <div className="head">{columns.map((name) => <span key={name} style={{ display: 'inline-block', width: 160 }}>{name}</span>)}</div>
      <div style={{ height: cities.count * rowHeight, position: 'relative' }}>
        {indexes.map((index) => {
          const city = cities.at(index);
          return (
            <div className="row" key={index} onClick={() => city && choose(city)} style={{ position: 'absolute', top: index * rowHeight, height: rowHeight }}>
              {columns.map((name) => <span key={name} style={{ display: 'inline-block', width: 160 }}>{city ? String(city[name]) : ''}</span>)}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Box({ index, city, change }) {
  return (
    <div className="box">
      {textsInBox.map((name) => <p key={name}>{String(city?.[name] ?? '')}</p>)}
      {fieldsInBox.map((name) => (
        <label key={name}>
          {name} {index}
          <input value={String(city?.[name] ?? '')} onChange={(event) => change(name, event.target.value)} />
        </label>
      ))}
      <button>Action {index}</button>
    </div>
  );
}

function App() {
  const cities = usePages();
  const [chosen, choose] = useState(null);
  const city = chosen ?? cities.at(0);
  return (
    <main>
      <Table cities={cities} choose={choose} />
      {Array.from({ length: boxes }, (_, index) => (
        <Box key={index} index={index + 1} city={city} change={(name, value) => choose({ ...city, [name]: value })} />
      ))}
    </main>
  );
}

createRoot(document.getElementById('app')).render(<App />);

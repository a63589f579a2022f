// A map of the world in equirectangular projection: outlines or points of the elements of a source, coloured by a number.
import { useEffect, useMemo, useReducer, useRef, useState } from "react";
import { Fragment, jsx, jsxs } from "react/jsx-runtime";
import { definePackage, formatValue } from "@qodly/sdk";

const most = 2000;
const world = { x: 0, y: 0, width: 360, height: 180 };
const closest = 4; // degrees that fill the width at the strongest zoom
const steps = 6;

/** Keeps the view inside the world. */
function inside({ x, y, width }) {
  const wide = Math.min(Math.max(width, closest), world.width);
  const high = wide / 2;
  return {
    x: Math.min(Math.max(x, 0), world.width - wide),
    y: Math.min(Math.max(y, 0), world.height - high),
    width: wide,
    height: high,
  };
}

/** The same place under (px, py), shares of the view, after zooming by `factor`. */
function zoomed(view, factor, px = 0.5, py = 0.5) {
  const width = Math.min(Math.max(view.width * factor, closest), world.width);
  return inside({
    x: view.x + px * (view.width - width),
    y: view.y + (py * (view.width - width)) / 2,
    width,
  });
}

const split = (text) =>
  String(text ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);

function readItems(datasource, props, attribute) {
  const items = [];
  const count = Math.min(datasource?.length ?? 0, most);
  for (let index = 0; index < count; index++) {
    const item = datasource.item(index);
    if (!item) continue;
    const value = attribute ? item[attribute] : null;
    items.push({
      index,
      key: item.__KEY ?? index,
      label: String(item[props.labelAttribute || "name"] ?? ""),
      value: typeof value === "number" ? value : null,
      shape: props.shapeAttribute ? item[props.shapeAttribute] : null,
      x: Number(item[props.longitudeAttribute]) + 180,
      y: 90 - Number(item[props.latitudeAttribute]),
    });
  }
  return items;
}

/** Step of the colour scale by rank, so that a few large values do not take all of it. */
function scale(items) {
  const sorted = items
    .map((item) => item.value)
    .filter((value) => value !== null)
    .sort((a, b) => a - b);
  const limits = Array.from(
    { length: steps - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / steps)],
  );
  return {
    low: sorted[0],
    high: sorted[sorted.length - 1],
    step: (value) =>
      value === null ? -1 : limits.filter((limit) => value >= limit).length,
  };
}

function useRedraw(...sources) {
  const [version, draw] = useReducer((count) => count + 1, 0);
  useEffect(() => {
    const ends = sources.map((source) => source?.subscribe(draw));
    return () => ends.forEach((end) => end?.());
  }, sources);
  return version;
}

function WorldMap({
  props,
  style,
  className,
  disabled,
  datasource,
  currentElement,
  source,
  emit,
}) {
  const chooser = source("valueSource");
  const version = useRedraw(datasource, currentElement, chooser);
  const count = Math.min(datasource?.length ?? 0, most);
  useEffect(() => {
    void datasource?.load(0, count);
  }, [datasource, count]);
  const attributes = split(props.valueAttribute);
  const chosen = String(chooser?.get() ?? "");
  const attribute = attributes.includes(chosen) ? chosen : attributes[0];
  const items = useMemo(
    () => readItems(datasource, props, attribute),
    [datasource, props, attribute, version],
  );
  const colours = useMemo(() => scale(items), [items]);
  const [view, setView] = useState(world);
  const [over, setOver] = useState(null);
  const [listed, setListed] = useState(false);
  const svg = useRef(null);
  const drag = useRef(null);
  const current = currentElement?.get();
  const selected = current?.__KEY;

  useEffect(() => {
    const element = svg.current;
    const wheel = (event) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const factor = Math.exp(
        Math.sign(event.deltaY) * Math.min(Math.abs(event.deltaY), 120) * 0.003,
      );
      setView((before) =>
        zoomed(
          before,
          factor,
          (event.clientX - box.left) / box.width,
          (event.clientY - box.top) / box.height,
        ),
      );
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  }, []);

  const choose = (item) => {
    if (disabled) return;
    currentElement?.select(datasource, item.index);
    emit("onselect", { index: item.index });
  };
  const move = (event) => {
    const from = drag.current;
    if (!from) return;
    const box = svg.current.getBoundingClientRect();
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
    if (Math.abs(dx) + Math.abs(dy) > 4) from.moved = true;
    const width = from.view.width;
    setView(
      inside({
        x: from.view.x - (dx / box.width) * width,
        y: from.view.y - (dy / box.height) * from.view.height,
        width,
      }),
    );
  };
  const keys = (event) => {
    const part = view.width / 8;
    const next = {
      "+": () => zoomed(view, 0.7),
      "=": () => zoomed(view, 0.7),
      "-": () => zoomed(view, 1.4),
      0: () => world,
      ArrowLeft: () => inside({ ...view, x: view.x - part }),
      ArrowRight: () => inside({ ...view, x: view.x + part }),
      ArrowUp: () => inside({ ...view, y: view.y - part / 2 }),
      ArrowDown: () => inside({ ...view, y: view.y + part / 2 }),
    }[event.key];
    if (!next) return;
    event.preventDefault();
    setView(next());
  };
  const text = (value) =>
    value === null || value === undefined ? "" : formatValue(value, "#,##0.##");
  const mark = (item) => {
    const step = colours.step(item.value);
    const common = {
      className: `worldmap-item${step < 0 ? "" : ` worldmap-${step}`}${item.key === selected ? " worldmap-selected" : ""}`,
      onClick: () => {
        if (!drag.current?.moved) choose(item);
      },
      onPointerEnter: (event) =>
        setOver({ item, x: event.clientX, y: event.clientY }),
      onPointerMove: (event) =>
        setOver({ item, x: event.clientX, y: event.clientY }),
      onPointerLeave: () => setOver(null),
    };
    if (item.shape) return jsx("path", { ...common, d: item.shape }, item.key);
    if (Number.isNaN(item.x) || Number.isNaN(item.y)) return null;
    return jsx(
      "circle",
      { ...common, cx: item.x, cy: item.y, r: view.width / 220 },
      item.key,
    );
  };
  // The selected one is drawn last, so that its border is not covered.
  const ordered = [
    ...items.filter((item) => item.key !== selected),
    ...items.filter((item) => item.key === selected),
  ];
  const box = svg.current?.parentElement?.getBoundingClientRect();
  const button = (label, sign, next) =>
    jsx(
      "button",
      {
        type: "button",
        "aria-label": label,
        title: label,
        onClick: () => setView(next()),
        children: sign,
      },
      label,
    );
  return jsxs("div", {
    className: `${className} worldmap`,
    style,
    children: [
      jsx("svg", {
        ref: svg,
        viewBox: `${view.x} ${view.y} ${view.width} ${view.height}`,
        preserveAspectRatio: "xMidYMid meet",
        role: "group",
        tabIndex: 0,
        "aria-label": `${props.label || "World map"}: arrow keys move, plus and minus zoom`,
        onKeyDown: keys,
        onPointerDown: (event) => {
          drag.current = {
            x: event.clientX,
            y: event.clientY,
            view,
            moved: false,
          };
        },
        onPointerMove: move,
        onPointerUp: () => {
          const ended = drag.current;
          setTimeout(() => {
            if (drag.current === ended) drag.current = null;
          });
        },
        onPointerLeave: () => {
          drag.current = null;
        },
        children: ordered.map(mark),
      }),
      jsxs("div", {
        className: "worldmap-tools",
        children: [
          button("Zoom in", "+", () => zoomed(view, 0.6)),
          button("Zoom out", "−", () => zoomed(view, 1.6)),
          button("Whole world", "⌂", () => world),
          jsx("button", {
            type: "button",
            "aria-expanded": listed,
            title: "List",
            "aria-label": "List",
            onClick: () => setListed(!listed),
            children: "≡",
          }),
        ],
      }),
      attribute && colours.low !== undefined
        ? jsxs("div", {
            className: "worldmap-legend",
            children: [
              jsx("span", { children: text(colours.low) }),
              ...Array.from({ length: steps }, (_, i) =>
                jsx("i", { className: `worldmap-${i}` }, i),
              ),
              jsx("span", { children: text(colours.high) }),
            ],
          })
        : null,
      over && box
        ? jsxs("div", {
            className: "worldmap-tip",
            role: "presentation",
            style: { left: over.x - box.left + 12, top: over.y - box.top + 12 },
            children: [
              jsx("b", { children: over.item.label }),
              over.item.value === null
                ? null
                : jsxs(Fragment, { children: [" ", text(over.item.value)] }),
            ],
          })
        : null,
      listed ? jsx(List, { items, selected, text, choose }) : null,
    ],
  });
}

/** The same choice without a map. */
function List({ items, selected, text, choose }) {
  const sorted = [...items].sort((a, b) => a.label.localeCompare(b.label));
  return jsx("ul", {
    className: "worldmap-list",
    children: sorted.map((item) =>
      jsx(
        "li",
        {
          children: jsxs("button", {
            type: "button",
            "aria-pressed": item.key === selected,
            onClick: () => choose(item),
            children: [
              jsx("span", { children: item.label }),
              jsx("span", { children: text(item.value) }),
            ],
          }),
        },
        item.key,
      ),
    ),
  });
}

export default definePackage({ WorldMap });

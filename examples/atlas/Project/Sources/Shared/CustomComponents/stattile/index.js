// A figure with its label, what it changed by, and a line of how it went.
import { useEffect, useReducer } from "react";
import { jsx, jsxs } from "react/jsx-runtime";
import { definePackage, formatValue } from "@qodly/sdk";

const size = { width: 120, height: 32 };
const most = 400;

function useRedraw(...sources) {
  const [, draw] = useReducer((count) => count + 1, 0);
  useEffect(() => {
    const ends = sources.map((source) => source?.subscribe(draw));
    return () => ends.forEach((end) => end?.());
  }, sources);
}

/** Numbers of an array; of its elements' property when one is named. */
function numbersOf(value, property) {
  if (!Array.isArray(value)) return [];
  return value
    .map((item) =>
      property
        ? item?.[property]
        : item !== null && typeof item === "object"
          ? item.value
          : item,
    )
    .map(Number)
    .filter((number) => Number.isFinite(number))
    .slice(-most);
}

function line(numbers) {
  const low = Math.min(...numbers);
  const range = Math.max(...numbers) - low || 1;
  const step = size.width / (numbers.length - 1);
  return numbers.map(
    (number, i) =>
      `${(i * step).toFixed(1)},${(size.height - 2 - ((number - low) / range) * (size.height - 4)).toFixed(1)}`,
  );
}

function StatTile({
  props,
  style,
  className,
  disabled,
  datasource,
  source,
  emit,
}) {
  const trend = source("trendSource");
  useRedraw(datasource, trend);
  const value = datasource?.get() ?? null;
  const numbers = numbersOf(trend?.get(), props.trendAttribute);
  const [before, last] = [
    numbers[numbers.length - 2],
    numbers[numbers.length - 1],
  ];
  const change = before ? (last - before) / Math.abs(before) : null;
  const good =
    props.good === "none" || change === null || change === 0
      ? ""
      : change > 0 === (props.good !== "down")
        ? "good"
        : "bad";
  const points = numbers.length > 1 ? line(numbers) : null;
  const text = formatValue(value, String(props.format ?? ""));
  return jsxs("div", {
    className: `${className} stattile`,
    style,
    onClick: disabled ? undefined : () => emit("onclick"),
    children: [
      jsx("span", { className: "stattile-label", children: props.label }),
      jsxs("span", {
        className: "stattile-line",
        children: [
          jsx("span", {
            className: "stattile-value",
            children: text === "" ? "–" : text,
          }),
          change === null
            ? null
            : jsxs("span", {
                className: "stattile-change",
                "data-kind": good,
                children: [
                  change > 0 ? "▲ " : change < 0 ? "▼ " : "",
                  formatValue(Math.abs(change), "0.0%"),
                ],
              }),
        ],
      }),
      points
        ? jsxs("svg", {
            viewBox: `0 0 ${size.width} ${size.height}`,
            preserveAspectRatio: "none",
            role: "img",
            "aria-label": `From ${formatValue(numbers[0], String(props.format ?? ""))} to ${formatValue(last, String(props.format ?? ""))}`,
            children: [
              jsx("polygon", {
                points: `0,${size.height} ${points.join(" ")} ${size.width},${size.height}`,
              }),
              jsx("polyline", { points: points.join(" ") }),
            ],
          })
        : null,
    ],
  });
}

export default definePackage({ StatTile });

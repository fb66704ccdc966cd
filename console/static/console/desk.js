// Arrow keys in a month and in the columns of a day; Enter opens a link by itself. Without this
// file Tab goes the same ways.
"use strict";

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const TURNS = { PageUp: "a[rel=prev]", PageDown: "a[rel=next]" };

const linksOf = (cell) => [...(cell ? cell.querySelectorAll("a") : [])];

// The next link up or down a column: within the cell first, then in the next cell that has one.
const downward = (table, link, step) => {
  const cell = link.closest("td");
  const links = [...table.tBodies[0].rows].flatMap((row) => linksOf(row.cells[cell.cellIndex]));
  return links[links.indexOf(link) + step];
};

// The next cell of the row that has a link; in a month the week after, or before, follows.
const sideways = (table, link, step) => {
  const wraps = table.dataset.grid === "wrap";
  const cells = [...(wraps ? table.tBodies[0] : link.closest("tr")).querySelectorAll("td")];
  for (let at = cells.indexOf(link.closest("td")) + step; at in cells; at += step) {
    const [first] = linksOf(cells[at]);
    if (first) return first;
  }
  return undefined;
};

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const table = event.target.closest("[data-grid]");
  const link = event.target.closest("td a");
  if (!table || !link) return;
  const [down, right] = STEPS[event.key] || [0, 0];
  const turn = TURNS[event.key] && document.querySelector(TURNS[event.key]);
  const next = down ? downward(table, link, down) : right ? sideways(table, link, right) : undefined;
  if (next) next.focus();
  if (turn) turn.click();
  if (next || turn) event.preventDefault();
});

// Coming from the month or day before or after, the keys go on working where they were.
const grid = document.querySelector("[data-grid]");
if (grid && document.referrer.startsWith(location.origin + location.pathname)) {
  const start = grid.querySelector("a[aria-current]") || grid.querySelector("td a");
  if (start) start.focus({ preventScroll: true });
}

// On a narrow screen the tabs are a strip: the one that is open is in sight.
const tab = document.querySelector(".yy-tabs [aria-current]");
if (tab) tab.scrollIntoView({ inline: "center", block: "nearest" });

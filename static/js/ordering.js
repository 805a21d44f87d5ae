// Lines to put in order: by their buttons, and by dragging the grip with mouse, pen or finger.
import { matches, onContent } from "./ready.js";

let dragged = null;

function shift(row, step) {
  const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return false;
  // The other line moves, so that the one in hand never leaves the page and keeps its pointer.
  if (step < 0) row.after(other);
  else row.before(other);
  return true;
}

// The list has the sentence, in its own language.
function announce(row) {
  const list = row.parentElement;
  const live = document.querySelector("[data-announcements]");
  if (!live) return;
  const rows = [...list.children];
  live.textContent = list.dataset.ordering
    .replace("%(place)s", rows.indexOf(row) + 1)
    .replace("%(all)s", rows.length);
}

function take(grip, event) {
  const row = grip.closest("li");
  dragged = { row, rows: [...row.parentElement.children], pointer: event.pointerId, from: event.clientY };
  row.classList.add("is-dragged");
}

// The line follows the pointer, and changes places with a neighbour once it covers half of it.
function follow(y) {
  const { row } = dragged;
  for (const [step, edge] of [[-1, "top"], [1, "bottom"]]) {
    let other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    while (other) {
      const place = row.getBoundingClientRect();
      const box = other.getBoundingClientRect();
      const middle = box.top + box.height / 2;
      const isCovered = step < 0 ? place[edge] < middle : place[edge] > middle;
      if (!isCovered) break;
      const before = row.offsetTop;
      shift(row, step);
      dragged.from += row.offsetTop - before;
      row.style.transform = `translateY(${y - dragged.from}px)`;
      other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    }
  }
}

function drop() {
  const { row } = dragged;
  row.classList.remove("is-dragged");
  row.style.transform = "";
  dragged = null;
  return row;
}

function putBack() {
  const { row, rows } = dragged;
  row.parentElement.append(...rows);
  drop();
}

onContent((region) => {
  for (const grip of matches(region, "[data-grip]")) grip.hidden = false;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  event.preventDefault();
  const row = button.closest("li");
  shift(row, button.dataset.move === "up" ? -1 : 1);
  button.focus();
  announce(row);
});

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  if (!grip || dragged || event.button !== 0) return;
  event.preventDefault();
  take(grip, event);
});

document.addEventListener("pointermove", (event) => {
  if (!dragged || event.pointerId !== dragged.pointer) return;
  dragged.row.style.transform = `translateY(${event.clientY - dragged.from}px)`;
  follow(event.clientY);
});

document.addEventListener("pointerup", (event) => {
  if (dragged && event.pointerId === dragged.pointer) announce(drop());
});

document.addEventListener("pointercancel", (event) => {
  if (dragged && event.pointerId === dragged.pointer) putBack();
});

document.addEventListener("keydown", (event) => {
  if (dragged && event.key === "Escape") putBack();
});

// The interview room: saves while you type, and keeps the clock. Forms work without it.
import { startClock } from "./room-clock.js";
import { makeSaver } from "./room-saving.js";

const room = document.querySelector("[data-room]");
const form = document.getElementById("draft");

// Time to think, or paused: nothing is written, so the page is simply asked for again at its end.
if (room && !form) {
  document.querySelector("[data-by-itself]")?.removeAttribute("hidden");
  const nothing = () => {};
  startClock(room, { onZero: nothing, onStillHere: nothing, onExtended: nothing, onClosed: nothing });
}

if (room && form) {
  const saver = makeSaver(room, form);
  const clock = startClock(room, {
    onZero: saver.lockAndFlush,
    onStillHere: () => goOn(room, form),
    onExtended: saver.unlock,
    onClosed: saver.letGo,
  });
  saver.onState(clock.heard);
  const area = form.elements.text;
  if (area) {
    area.setSelectionRange(area.value.length, area.value.length);
    countWords(area);
  }
}

// Time for this question is over while its learner is here: as if they had gone on themselves.
function goOn(room, form) {
  const next = form.querySelector("button[value=next]");
  if ("paced" in room.dataset && next) form.requestSubmit(next);
}

function countWords(area) {
  const place = document.querySelector("[data-words]");
  const show = () => {
    const count = area.value.trim() ? area.value.trim().split(/\s+/).length : 0;
    const said = count === 1 ? room.dataset.saidWord : room.dataset.saidWords;
    place.textContent = said.replace("{count}", count);
  };
  area.addEventListener("input", show);
  show();
}

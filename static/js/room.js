// The interview room: saves while you type, and keeps the clock. Forms work without it.
import { startClock } from "./room-clock.js";
import { prepareLogin } from "./room-login.js";
import { makeRecorder } from "./room-recording.js";
import { makeSaver } from "./room-saving.js";

const room = document.querySelector("[data-room]");
const form = document.getElementById("draft");

// Time to think, paused or about to hand in: nothing is written, so the page is simply left at its end.
if (room && !form) {
  document.querySelector("[data-by-itself]")?.removeAttribute("hidden");
  const nothing = () => {};
  const askToLogIn = prepareLogin(() => clock.ask());
  const clock = startClock(room, {
    onZero: () => document.querySelector("[data-at-zero]")?.removeAttribute("hidden"),
    onStillHere: nothing,
    onExtended: () => document.querySelector("[data-at-zero]")?.setAttribute("hidden", ""),
    onClosed: nothing,
    onReached: () => askToLogIn(false),
    onUnheard: (kind) => kind === "login" && askToLogIn(true),
  });
}

if (room && form) {
  const askToLogIn = prepareLogin(async () => {
    document.dispatchEvent(new Event("room:renewed"));
    return (await saver.flush()) && clock.ask();
  });
  const saver = makeSaver(room, form, askToLogIn);
  let recorder = null; // the clock may be at zero before there is one
  const clock = startClock(room, {
    onZero: () => Promise.all([saver.lockAndFlush(), recorder?.atZero()]),
    onStillHere: () => saver.inConflict() || goOn(room, form),
    onExtended: () => [saver, recorder].forEach((each) => each?.unlock()),
    onClosed: () => {
      recorder?.letGo();
      return saver.letGo();
    },
    onReached: saver.reached,
    onUnheard: saver.unheard,
  });
  recorder = makeRecorder(room, form, { ...clock, askToLogIn });
  saver.onState(clock.heard);
  const area = form.elements.text;
  if (area) {
    if (area.value === area.defaultValue) area.setSelectionRange(area.value.length, area.value.length);
    countWords(area);
  }
}

// Time for this question is over while its learner is here: as if they had gone on themselves.
function goOn(room, form) {
  const next = form.querySelector("button[value=next]");
  if ("paced" in room.dataset && next) form.requestSubmit(next);
}

// Said as a label and a number: how many plurals a language has, only the server knows.
function countWords(area) {
  const place = document.querySelector("[data-words]");
  const show = () => {
    const count = area.value.trim() ? area.value.trim().split(/\s+/).length : 0;
    place.textContent = room.dataset.saidWords.replace("{count}", count);
  };
  area.addEventListener("input", show);
  show();
}

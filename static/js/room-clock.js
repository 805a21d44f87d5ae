// Time left, from the server's milliseconds and a clock that no one can set: performance.now().
import { isStranger } from "./room-login.js";

const BEAT = 30_000;
const ASK_AGAIN = 3_000;
const SPOKEN_MINUTES = [10, 5, 1];
const LOW = 5 * 60_000;
const SHOWN_FOR = 5_000;
const SAME = 5_000; // so soon after a mark is passed the mark itself is said

// A room whose questions have a place (3, 3.1; 3? while thinking) is left when the server names another.
export function startClock(room, { onZero, onStillHere, onExtended, onClosed, onReached, onUnheard }) {
  const timer = document.querySelector("[data-clock]");
  const face = timer?.querySelector("[data-clock-face]");
  const total = Number(timer?.dataset.total);
  let endsAt = null;
  let before = Infinity;
  let isOver = false;

  const left = () => (endsAt === null ? Infinity : Math.max(0, endsAt - performance.now()));

  // What any answer of the server says: how long is left, or that it is closed.
  function heard(state) {
    if (!state.is_in_progress) return leave(state.url);
    if (state.place !== room.dataset.place) return leave(placed(room.dataset.place, state.place));
    const wasTimed = endsAt !== null;
    endsAt = state.remaining_ms === null ? null : performance.now() + state.remaining_ms;
    if (isOver && left() > 0) {
      isOver = false;
      before = left();
      onExtended();
    }
    if (wasTimed && endsAt === null) lifted();
    else tick();
  }

  function lifted() {
    if (!face) return;
    face.textContent = timer.dataset.saidUntimed;
    face.hidden = false;
    timer.classList.remove("timer-low");
    timer.querySelector("[data-clock-toggle]").hidden = true;
    sayLeft(timer, left());
  }

  async function leave(url) {
    await onClosed();
    location.assign(url);
  }

  async function ask() {
    try {
      const answer = await fetch(room.dataset.clockUrl, { redirect: "manual" });
      if (!answer.ok) onUnheard(isStranger(answer) ? "login" : "offline");
      else {
        onReached();
        heard(await answer.json());
      }
      return answer.ok;
    } catch {
      onUnheard("offline"); // The next beat asks again.
      return false;
    }
  }

  async function finish() {
    isOver = true;
    await onZero();
    while (isOver) {
      if ((await ask()) && isOver) onStillHere();
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN));
    }
  }

  function tick() {
    if (endsAt === null || !face) return;
    const now = left();
    face.textContent = clockText(now);
    timer.classList.toggle("timer-low", now < Math.min(LOW, total / 4));
    speak(timer, { now, before, total });
    before = now;
    if (now === 0 && !isOver) finish();
  }

  if (room.dataset.remaining !== "") {
    endsAt = performance.now() + Number(room.dataset.remaining);
    before = left();
    setInterval(tick, 250);
    tick();
  }
  setInterval(ask, BEAT);
  window.addEventListener("online", ask);
  window.addEventListener("pageshow", (event) => event.persisted && ask());
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  prepareHiding(face);
  prepareTelling(face, () => sayLeft(timer, left()));
  return { ask, heard, left };
}

// Another question is asked: the room without a number shows it. Paused or going on: the same page.
function placed(before, now) {
  return before && now ? location.pathname : location.href;
}

function clockText(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

// Said once as each mark is passed: half of the time, then 10, 5 and 1 minutes.
function speak(timer, { now, before, total }) {
  const marks = [total / 2, ...SPOKEN_MINUTES.map((minutes) => minutes * 60_000)];
  const passed = marks.filter((mark) => mark <= total / 2 && before > mark && now <= mark);
  if (!passed.length) return;
  const mark = Math.min(...passed);
  sayLeft(timer, mark - now < SAME ? mark : now);
}

// Whole minutes, rounded down as on every page; near the end, seconds.
function sayLeft(timer, now) {
  const seconds = Math.ceil(now / 1000);
  const minutes = Math.floor(seconds / 60);
  const { saidLast, saidLeft, saidSeconds, saidUntimed } = timer.dataset;
  const brief = seconds === 60 ? saidLast : seconds < 120 ? saidSeconds : saidLeft;
  const said = now === Infinity ? saidUntimed : brief;
  const text = said.replace("{minutes}", minutes).replace("{seconds}", seconds);
  const place = timer.querySelector("[data-clock-said]");
  // Said again although it is the same: an empty line between makes it news.
  place.textContent = "";
  requestAnimationFrame(() => (place.textContent = text));
}

// Asked for, the time is told aloud, and a hidden clock is shown for a moment.
function prepareTelling(face, tell) {
  const button = document.querySelector("[data-clock-tell]");
  if (!button || !face) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    tell();
    if (!face.hidden) return;
    face.hidden = false;
    setTimeout(() => (face.hidden = isHidden()), SHOWN_FOR);
  });
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.code !== "KeyT" || event.repeat) return;
    event.preventDefault();
    button.click();
  });
}

function isHidden() {
  return localStorage.getItem("clock-hidden") === "1";
}

// A clock in view makes some people anxious: it can be hidden, and stays so on this device.
function prepareHiding(face) {
  const button = document.querySelector("[data-clock-toggle]");
  if (!button || !face) return;
  const show = (isHidden) => {
    face.hidden = isHidden;
    button.textContent = isHidden ? button.dataset.show : button.dataset.hide;
  };
  button.hidden = false;
  show(isHidden());
  button.addEventListener("click", () => {
    localStorage.setItem("clock-hidden", isHidden() ? "0" : "1");
    show(isHidden());
  });
}

// Saves the draft: one request at a time, the newest text next, again and again until it is stored.
import { makeJournal } from "./room-journal.js";
import { cookieToken, isStranger } from "./room-login.js";

const AFTER_KEY = 2_000;
const AT_LATEST = 10_000;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
const TROUBLES = ["offline", "login", "over", "refused"];

export function makeSaver(room, form, askToLogIn) {
  const writer = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  const status = document.querySelector("[data-saved]");
  const atFirst = rendered(form);
  let stored = "refused" in form.dataset ? null : atFirst; // null: not known
  let savedLast = status.textContent;
  let refusedLast = null;
  let hasChosen = false; // to leave for what is stored
  let inFlight = null;
  let failures = 0;
  let soon = null;
  let latest = null;
  let firstKeyAt = null;
  let isLocked = false;
  let hear = () => {};
  const conflict = document.querySelector("[data-conflict]");
  const keep = conflict.querySelector("[data-conflict-keep]");
  let inConflict = !conflict.hidden; // until the learner has chosen
  const journal = makeJournal(room, form, writer);

  form.elements.writer.value = writer;
  form.elements.sequence.value = "1";

  const isDirty = () => snapshot(form) !== stored;
  const isToSend = () => isDirty() && snapshot(form) !== refusedLast;

  function plan() {
    clearTimeout(soon);
    hasChosen = false;
    firstKeyAt ??= performance.now();
    if (isDirty()) journal.keep(snapshot(form), inWords(form));
    else journal.forget();
    if (inConflict) showHere();
    if (!isDirty()) return settled();
    if (!isToSend()) return;
    if (!inConflict) say(room.dataset.saidUnsaved);
    soon = setTimeout(save, AFTER_KEY);
    latest ??= setTimeout(save, AT_LATEST);
  }

  async function save() {
    clearTimeout(soon);
    clearTimeout(latest);
    latest = null;
    while (inFlight) await inFlight;
    if (!isToSend()) return;
    inFlight = send(snapshot(form));
    await inFlight;
    inFlight = null;
    if (isToSend() && !failures) plan();
  }

  async function send(sent) {
    say(room.dataset.saidSaving);
    try {
      const answer = await post();
      if (isStranger(answer)) return failed("login");
      const state = await answer.json();
      if (answer.status === 422) return refused(state, sent);
      if (!answer.ok && answer.status !== 409) return failed("offline");
      heard(state, sent);
    } catch {
      failed("offline");
    }
  }

  function post({ keepalive = false } = {}) {
    renewToken(form);
    sayFirstKey();
    const body = new URLSearchParams(new FormData(form));
    form.elements.sequence.value = Number(form.elements.sequence.value) + 1;
    return fetch(room.dataset.saveUrl, {
      method: "POST",
      body,
      keepalive,
      redirect: "manual",
    });
  }

  // How long ago writing began: only the server knows the time.
  function sayFirstKey() {
    if (firstKeyAt !== null) form.elements.written_ms.value = Math.round(performance.now() - firstKeyAt);
  }

  function heard(state, sent) {
    failures = 0;
    noTrouble();
    askToLogIn(false);
    journal.forget(sent);
    stored = sent;
    refusedLast = null;
    showConflict(state);
    if (state.outcome === "late") say(room.dataset.saidClosed);
    else if (state.outcome === "saved") {
      form.elements.number.value = state.number;
      savedLast = room.dataset.saidSaved.replace("{time}", state.saved_at);
      say(savedLast, true);
      showAnswered(room, form);
    }
    hear(state);
  }

  // Taken back to what is stored: nothing is to be sent, and nothing is wrong.
  function settled() {
    if (inConflict) return;
    noTrouble();
    say(savedLast, true);
  }

  function refused(state, sent) {
    failures = 0;
    askToLogIn(false);
    refusedLast = sent;
    say(room.dataset.saidUnsaved);
    trouble("refused", state.errors.join(" "));
    hear(state);
  }

  function failed(kind) {
    failures += 1;
    stored = null; // it may have arrived all the same
    say(room.dataset.saidFailed);
    trouble(kind);
    if (kind === "login") askToLogIn(true);
    const wait = Math.min(FIRST_WAIT * 2 ** (failures - 1), LONGEST_WAIT);
    soon = setTimeout(save, wait * (0.75 + Math.random() / 2));
  }

  // Says whether what waited is stored now.
  async function flush() {
    await save();
    return !failures;
  }

  // The clock asked, and could not be told the time. What is unsaved is told of already.
  function unheard(kind) {
    if (kind === "login") askToLogIn(true);
    if (failures || (kind !== "login" && !isLocked)) return;
    trouble(kind === "login" ? kind : "over");
    document.querySelector("[data-download]").hidden = true;
  }

  function reached() {
    askToLogIn(false);
    if (!failures) noTrouble(["login", "over"]);
  }

  function offerBack() {
    const callout = document.querySelector("[data-left]");
    const entry = journal.left(atFirst);
    if (!entry) return;
    callout.querySelector("[data-left-text]").textContent = entry.words;
    const done = () => {
      entry.drop();
      callout.hidden = true;
    };
    callout.querySelector("[data-left-use]").addEventListener("click", () => {
      // What was typed since may be stored already: leaving the field for the button saves it.
      fill(form, entry.written, { isBelow: snapshot(form) !== atFirst });
      done();
      save();
    });
    callout.querySelector("[data-left-drop]").addEventListener("click", done);
    callout.hidden = false;
  }

  function download() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([journal.asText()], { type: "text/plain" }));
    link.download = "answers.txt";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  // What is typed on is still sent on the old number, so that each text is kept beside the stored one.
  function showConflict({ outcome, number, stored }) {
    inConflict = outcome === "conflict";
    conflict.hidden = !inConflict;
    if (!inConflict) return;
    conflict.querySelector("[data-conflict-stored]").textContent = stored;
    keep.value = number;
    showHere();
    say(room.dataset.saidConflict);
  }

  function showHere() {
    conflict.querySelector("[data-conflict-here]").textContent = inWords(form);
  }

  // Only the two buttons of a conflict lead on.
  function chooseFirst(event) {
    if (!inConflict || event.submitter === keep) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    conflict.scrollIntoView({ block: "nearest" });
    keep.focus();
  }

  function say(text, isSaved = false) {
    status.textContent = text;
    status.classList.toggle("soft", !isSaved);
  }

  function setLocked(locks) {
    isLocked = locks;
    // Read-only and inert fields are still sent; disabled ones would be missing.
    for (const field of form.querySelectorAll("textarea")) field.readOnly = isLocked;
    for (const group of form.querySelectorAll("fieldset")) group.inert = isLocked;
    if (isLocked) say(room.dataset.saidLocked);
  }

  // Locked before it is saved: the answer may say that there is time after all, and unlock.
  async function lockAndFlush() {
    setLocked(true);
    await save();
    if (isLocked) say(room.dataset.saidLocked);
  }

  function leaving() {
    if (isToSend()) post({ keepalive: true }).catch(() => {});
  }

  form.addEventListener("input", plan);
  form.addEventListener("focusout", save);
  document.querySelector("[data-download]").addEventListener("click", download);
  offerBack();
  if (isDirty()) plan(); // typed before this script arrived
  form.addEventListener("submit", chooseFirst, { capture: true });
  form.addEventListener("submit", () => {
    journal.sent();
    renewToken(form);
    sayFirstKey();
    stored = snapshot(form);
    clearTimeout(soon);
  });
  window.addEventListener("online", save);
  window.addEventListener("pagehide", leaving);
  document.addEventListener("visibilitychange", () => document.hidden && save());
  window.addEventListener("beforeunload", (event) => isDirty() && !hasChosen && event.preventDefault());
  conflict.querySelector("[data-conflict-drop]").addEventListener("click", () => {
    hasChosen = true;
    journal.sent();
  });

  // The last text goes first, to be kept as late; then nothing holds the page.
  async function letGo() {
    await save();
    stored = snapshot(form);
  }

  return {
    lockAndFlush,
    letGo,
    flush,
    unheard,
    reached,
    unlock: () => setLocked(false),
    inConflict: () => inConflict,
    onState: (listen) => (hear = listen),
  };
}

function isAnswered(form) {
  const [text, choice] = JSON.parse(snapshot(form));
  return Boolean(text.trim()) || choice.some((place) => place !== "0");
}

// The list of questions says it too, of what is typed or spoken; a flag stays in front.
// One at a time it says what is asked instead.
export function showAnswered(room, form) {
  const answered = isAnswered(form) || "spoken" in room.dataset;
  const link = room.querySelector("button.question-link[aria-current]:not(.question-flagged)");
  const icon = link?.querySelector(".question-state use");
  if (!icon) return;
  link.classList.toggle("question-answered", answered);
  link.querySelector(".question-state span").textContent = answered ? room.dataset.saidAnswered : room.dataset.saidEmpty;
  icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, answered ? "#check" : "#circle"));
}

// What is answered, without what only belongs to sending it.
function snapshot(form) {
  const data = new FormData(form);
  return JSON.stringify([data.get("text") ?? "", data.getAll("choice")]);
}

// The same of the page as it came: on a slow line somebody may have typed before this script runs.
function rendered(form) {
  const boxes = [...form.querySelectorAll("input[name=choice]")].filter((box) => box.defaultChecked);
  const selects = [...form.querySelectorAll("select[name=choice]")];
  const choice = selects.map(({ options }) => [...options].findLast((each) => each.defaultSelected) ?? options[0]);
  return JSON.stringify([form.elements.text?.defaultValue ?? "", [...boxes, ...choice].map((each) => each.value)]);
}

// Puts back what `snapshot` took, below what was typed since; then all goes on as if it were typed.
function fill(form, written, { isBelow }) {
  const [text, choice] = JSON.parse(written);
  const area = form.elements.text;
  if (area) area.value = isBelow && area.value ? `${area.value}\n\n${text}` : text;
  for (const box of form.querySelectorAll("input[name=choice]")) box.checked = choice.includes(box.value);
  form.querySelectorAll("select[name=choice]").forEach((select, place) => (select.value = choice[place] ?? "0"));
  form.dispatchEvent(new Event("input", { bubbles: true }));
  area?.dispatchEvent(new Event("input"));
}

function inWords(form) {
  const chosen = form.querySelectorAll("[name=choice]:checked, select[name=choice] option:checked");
  const lines = [...chosen].map((each) => (each.closest("label")?.querySelector("span") ?? each).textContent);
  return form.elements.text?.value ?? lines.join("\n");
}

// Whoever has logged in again has a new cookie, and the form's field must say the same.
function renewToken(form) {
  const field = form.elements.csrfmiddlewaretoken;
  field.value = cookieToken() ?? field.value;
}

// A banner while saving fails.
function trouble(kind, text = "") {
  const banner = document.querySelector("[data-trouble]");
  banner.hidden = false;
  document.querySelector("[data-download]").hidden = kind === "refused";
  for (const name of TROUBLES) {
    const place = banner.querySelector(`[data-trouble-${name}]`);
    place.hidden = name !== kind;
    if (name === "refused") place.textContent = text;
  }
}

function noTrouble(kinds = TROUBLES) {
  const banner = document.querySelector("[data-trouble]");
  if (kinds.some((name) => !banner.querySelector(`[data-trouble-${name}]`).hidden)) banner.hidden = true;
}

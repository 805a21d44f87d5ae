// Records a spoken answer: consent, level, time, replay; sent again and again until it is stored.
import { cookieToken, isStranger } from "./room-login.js";
import { showAnswered } from "./room-saving.js";

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const BITS = 32_000; // enough for speech: five minutes are some 1.2 MB
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
const SLOW = 10_000; // until one is asked whether to go on without it
const AT_ZERO = 12_000; // of the server's grace
const SILENT = 0.01;
const TICK = 100;

export function makeRecorder(room, form, { left, heard, askToLogIn }) {
  const box = document.querySelector("[data-recorder]");
  if (!box) return { atZero: async () => {}, letGo() {}, unlock() {} };
  const part = (name) => box.querySelector(`[data-recorder-${name}]`);
  const [start, stop, player] = [part("start"), part("stop"), box.querySelector("audio")];
  let take = null; // what is being recorded
  let waiting = null; // what is recorded, and not stored yet
  let uploading = null;
  let sending = null; // what takes back the request that is on its way
  let hasFailed = false;
  let storedUrl = player?.getAttribute("src") ?? null;
  let isAsking = false; // for the microphone
  let isOver = false; // the server takes nothing more for this question
  let deleteUrl = part("delete").getAttribute("action"); // of what is stored; empty: nothing is

  const isBusy = () => !isOver && (take !== null || waiting !== null);
  const say = (text) => (part("said").textContent = text);

  async function record() {
    if (take || isAsking) return;
    if (!("agreed" in box.dataset)) return askForConsent();
    isAsking = true;
    trouble(null);
    try {
      take = await listen(stopped);
    } catch (error) {
      return trouble(whyNot(error));
    } finally {
      isAsking = false;
    }
    player.pause();
    show();
    stop.focus();
    say(box.dataset.saidRecording);
    follow(take);
  }

  function askForConsent() {
    part("consent").hidden = false;
    part("controls").hidden = true;
    part("consent-title").focus();
  }

  function answered(agrees) {
    part("consent").hidden = true;
    part("controls").hidden = false;
    if (!agrees) return showTyping();
    box.dataset.agreed = "";
    record();
  }

  // Level and time, until it is stopped; by itself when there is no more time for it.
  function follow(running) {
    if (take !== running) return;
    const elapsed = performance.now() - running.startedAt;
    const most = Math.min(Number(box.dataset.longest), elapsed + left());
    const said = box.dataset.saidTime;
    part("time").textContent = said.replace("{elapsed}", clock(elapsed)).replace("{most}", clock(most));
    part("level").value = running.level();
    if (elapsed >= most) return running.stop();
    setTimeout(() => follow(running), TICK);
  }

  function stopped({ blob, duration, peak }) {
    take = null;
    part("time").textContent = "";
    part("level").value = 0;
    show();
    if (document.activeElement === document.body) start.focus();
    if (!blob.size) return say(box.dataset.saidEmpty);
    if (blob.size > Number(box.dataset.largest)) return say(box.dataset.saidLarge);
    URL.revokeObjectURL(player.src);
    player.src = URL.createObjectURL(blob);
    hasFailed = false;
    waiting = { blob, duration, isSilent: peak < SILENT, upload: crypto.randomUUID() };
    show();
    send();
  }

  function send() {
    uploading ??= upload().finally(() => {
      uploading = null;
      if (isBusy() && waiting) send();
    });
  }

  async function upload() {
    for (let wait = FIRST_WAIT; waiting && !isOver; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      const sent = waiting;
      if (!take) say(box.dataset.saidUploading);
      const answer = await post(sent);
      if (answer) {
        if (waiting === sent) waiting = null;
        told(answer, sent);
      } else if (waiting === sent) {
        hasFailed = true;
        show();
        if (!take) say(box.dataset.saidFailed);
        await laterOrBack(wait * (0.75 + Math.random() / 2));
      }
    }
  }

  // null: it is worth trying again.
  async function post({ blob, duration, upload }) {
    const body = new FormData();
    const step = new FormData(form);
    for (const name of ["item", "depth"]) body.set(name, step.get(name));
    body.set("upload", upload);
    body.set("agreed", "1");
    body.set("duration_ms", Math.round(duration));
    body.set("audio", blob, "answer");
    const headers = { "X-CSRFToken": cookieToken() ?? form.elements.csrfmiddlewaretoken.value };
    sending = new AbortController();
    const slow = setTimeout(() => ((hasFailed = true), show()), SLOW);
    try {
      const options = { method: "POST", body, headers, redirect: "manual", signal: sending.signal };
      const answer = await fetch(box.dataset.url, options);
      if (isStranger(answer)) askToLogIn(true);
      else if (answer.headers.get("Content-Type")?.includes("json")) return await answer.json();
      else if (answer.status === 413) return { outcome: "refused", message: box.dataset.saidLarge };
    } catch {
      // No connection.
    } finally {
      clearTimeout(slow);
    }
    return null;
  }

  function told(state, sent) {
    askToLogIn(false);
    if (state.outcome === "saved") {
      const said = sent.isSilent ? box.dataset.saidSilent : box.dataset.saidSaved;
      if (!take && state.recording) say(said.replace("{time}", state.recording.saved_at));
      storedUrl = state.recording?.url ?? null;
      isStored(state.recording?.delete_url ?? "");
    } else if (!take) say(state.message);
    if ("place" in state) heard(state);
  }

  // Whoever cannot wait goes on with what was stored before, if anything was.
  function drop(event) {
    event.preventDefault();
    waiting = null;
    sending?.abort();
    document.dispatchEvent(new Event("room:dropped"));
    URL.revokeObjectURL(player.src);
    if (storedUrl) player.src = storedUrl;
    else player.removeAttribute("src");
    say(box.dataset.saidDropped);
    show();
    start.focus();
  }

  function isStored(url) {
    deleteUrl = url;
    if (deleteUrl) room.dataset.spoken = "";
    else delete room.dataset.spoken;
    showAnswered(room, form);
    show();
  }

  async function remove(event) {
    event.preventDefault();
    const headers = { "X-CSRFToken": cookieToken(), Accept: "application/json" };
    try {
      const answer = await fetch(deleteUrl, { method: "POST", headers, redirect: "manual" });
      if (!answer.ok) throw new Error();
    } catch {
      return say(box.dataset.saidNotDeleted);
    }
    player.pause();
    URL.revokeObjectURL(player.src);
    player.removeAttribute("src");
    storedUrl = null;
    isStored("");
    say(box.dataset.saidDeleted);
    start.focus();
  }

  function show() {
    const has = player.hasAttribute("src");
    start.hidden = take !== null;
    stop.hidden = part("level").hidden = take === null;
    part("replay").hidden = take !== null || !has;
    part("delete").hidden = waiting !== null || !deleteUrl;
    part("delete").action = deleteUrl;
    part("drop").hidden = waiting === null || !hasFailed || take !== null;
    part("redo").hidden = take !== null || !has;
    const label = part("start-said");
    label.textContent = has ? label.dataset.again : label.dataset.first;
  }

  function trouble(name) {
    part("trouble").hidden = name === null;
    part("trouble-said").textContent = name === null ? "" : box.dataset[name];
    if (name) showTyping();
  }

  // Where speaking is what is asked for, the text field is folded away.
  function showTyping() {
    const folded = document.querySelector("[data-typing]");
    if (folded) folded.open = true;
    form.elements.text?.focus();
  }

  async function finish() {
    if (take) await take.stop();
    await uploading;
  }

  // Whoever goes on while it is recorded or sent means what was said so far.
  async function hold(event) {
    if (!isBusy()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    await finish();
    if (isBusy()) return;
    form.requestSubmit(event.submitter);
  }

  async function atZero() {
    start.disabled = true;
    await Promise.race([finish(), later(AT_ZERO)]);
  }

  // Nothing holds the page any more.
  function letGo() {
    isOver = true;
    take?.stop();
  }

  start.addEventListener("click", record);
  stop.addEventListener("click", () => take?.stop());
  part("agree").addEventListener("click", () => answered(true));
  part("decline").addEventListener("click", () => answered(false));
  part("delete").addEventListener("submit", remove);
  part("drop").addEventListener("submit", drop);
  form.addEventListener("submit", hold, { capture: true });
  window.addEventListener("beforeunload", (event) => isBusy() && event.preventDefault());
  part("needs").hidden = true;
  if (canRecord()) part("controls").hidden = false;
  else trouble("saidUnable");
  return { atZero, letGo, unlock: () => (start.disabled = false) };
}

function canRecord() {
  return Boolean(window.MediaRecorder && navigator.mediaDevices?.getUserMedia);
}

function whyNot(error) {
  if (error.name === "NotAllowedError" || error.name === "SecurityError") return "saidDenied";
  if (error.name === "NotFoundError" || error.name === "OverconstrainedError") return "saidMissing";
  return error.name === "NotSupportedError" ? "saidUnable" : "saidBusy";
}

// The microphone, open; `onStop` hears what was recorded, also when it was unplugged.
async function listen(onStop) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  try {
    return take(stream, onStop);
  } catch (error) {
    release(stream);
    throw error;
  }
}

function release(stream) {
  for (const track of stream.getTracks()) track.stop();
}

function take(stream, onStop) {
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS });
  const meter = makeMeter(stream);
  const pieces = [];
  const startedAt = performance.now();
  recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
  const ended = new Promise((resolve) => recorder.addEventListener("stop", resolve)).then(() => {
    release(stream);
    meter.close();
    const blob = new Blob(pieces, { type: recorder.mimeType });
    onStop({ blob, duration: performance.now() - startedAt, peak: meter.peak() });
  });
  recorder.start(1_000);
  const stop = () => {
    if (recorder.state !== "inactive") recorder.stop();
    return ended;
  };
  return { startedAt, level: meter.level, stop };
}

function makeMeter(stream) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  const samples = new Float32Array(analyser.fftSize);
  let peak = 0;
  context.createMediaStreamSource(stream).connect(analyser);
  function level() {
    analyser.getFloatTimeDomainData(samples);
    const loudness = Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length);
    peak = Math.max(peak, loudness);
    return Math.min(1, loudness * 4);
  }
  return { level, peak: () => peak, close: () => context.close() };
}

function clock(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

// Until then, or until the net or the login is back.
function laterOrBack(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
    window.addEventListener("online", resolve, { once: true });
    document.addEventListener("room:renewed", resolve, { once: true });
    document.addEventListener("room:dropped", resolve, { once: true });
  });
}

function later(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/* Finds questions that a follow-up may carry on with, while their words are typed. */
const PAUSE = 400;
const place = document.querySelector("[data-find-url]");
const timers = new WeakMap();
const asked = new WeakMap();

function inRow(words, name) {
  return words.form.elements[words.name.replace(/words$/, name)];
}

function chosenIn(words) {
  const choices = inRow(words, "next_slug");
  return choices instanceof RadioNodeList ? choices.value : choices?.checked ? choices.value : "";
}

// Somebody may have chosen while the answer was on its way.
function show(words, row, choices) {
  const id = `id_${row}-next_slug`;
  const chosen = chosenIn(words);
  const isHeld = document.getElementById(id).contains(document.activeElement);
  document.getElementById(id).outerHTML = choices;
  const again = [...document.getElementById(id).querySelectorAll("input")].find((each) => each.value === chosen);
  if (!again) return;
  again.checked = true;
  if (isHeld) again.focus();
}

async function find(words) {
  clearTimeout(timers.get(words));
  const text = words.value;
  asked.set(words, text);
  const row = words.name.replace(/-words$/, "");
  const said = words.parentElement.querySelector("[role=status]");
  try {
    const query = new URLSearchParams({ row, words: text, next_slug: chosenIn(words) });
    const answer = await fetch(`${place.dataset.findUrl}?${query}`);
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    const found = await answer.json();
    if (asked.get(words) !== text) return;
    show(words, row, found.choices);
    inRow(words, "searched").value = text;
    said.textContent = found.said;
  } catch {
    if (asked.get(words) === text) said.textContent = place.dataset.findFailed;
  }
}

function wordsAt(target) {
  return target.matches?.("input[name$=-words]") ? target : null;
}

if (place) {
  document.addEventListener("input", ({ target }) => {
    const words = wordsAt(target);
    if (!words) return;
    clearTimeout(timers.get(words));
    timers.set(words, setTimeout(find, PAUSE, words));
  });
  document.addEventListener("keydown", (event) => {
    const words = wordsAt(event.target);
    if (!words || event.key !== "Enter") return;
    event.preventDefault();
    find(words);
  });
  document.addEventListener("click", (event) => {
    const words = event.target.closest("button[name=_find]")?.parentElement.querySelector("input[name$=-words]");
    if (!words) return;
    event.preventDefault();
    find(words);
  });
}

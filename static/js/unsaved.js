// Asks before a page is left while a form that is marked holds what is not saved yet.
// What is looked for, and what no person writes, is lost without harm.
const PASSING = "[type=hidden], [type=search], [type=file], [type=submit], [type=button], [type=reset]";

// Held against what the page came with: a browser may fill in again what was typed before a reload,
// and a form that was swapped comes with what was typed.
const first = marked().map((mark) => fieldsOf(mark.closest("form"), atFirst));
const wereRefused = marked().map((mark) => mark.dataset.unsaved === "yes");
let sent = null;

function marked() {
  return [...document.querySelectorAll("[data-unsaved]")];
}

function atFirst(field) {
  if (isTick(field)) return field.defaultChecked ? field.value : "";
  if (!field.matches("select")) return field.defaultValue;
  const options = [...field.options];
  const chosen = options.filter((option) => option.defaultSelected);
  return valuesOf(field.multiple || chosen.length ? chosen : options.slice(0, 1));
}

function atPresent(field) {
  if (isTick(field)) return field.checked ? field.value : "";
  return field.matches("select") ? valuesOf([...field.selectedOptions]) : field.value;
}

function isTick(field) {
  return field.matches("[type=checkbox], [type=radio]");
}

function valuesOf(options) {
  return JSON.stringify(options.map((option) => option.value).sort());
}

// By name, what a field says, and whether its row, new or gone, would be missed.
function fieldsOf(form, read) {
  const fields = new Map();
  for (const field of form.elements) {
    if (!field.name || !field.matches("input, select, textarea") || field.matches(PASSING)) continue;
    const says = read(field);
    const isFilled = field.matches("select") ? says !== atFirst(field) : says !== "";
    const name = field.type === "checkbox" ? `${field.name}=${field.value}` : field.name;
    if (field.type !== "radio" || isFilled || !fields.has(name)) fields.set(name, { says, isFilled });
  }
  return fields;
}

function isChanged(form, before) {
  const present = fieldsOf(form, atPresent);
  return [...new Set([...before.keys(), ...present.keys()])].some((name) => {
    const [was, is] = [before.get(name), present.get(name)];
    return was && is ? was.says !== is.says : (was ?? is).isFilled;
  });
}

function isAnyUnsaved() {
  return marked().some((mark, place) => {
    const form = mark.closest("form");
    return form !== sent && (wereRefused[place] || isChanged(form, first[place]));
  });
}

// What htmx sends instead, or a question holds up, leaves no page.
addEventListener("submit", (event) => (sent = event.defaultPrevented ? sent : event.target));
addEventListener("pageshow", () => (sent = null));
addEventListener("beforeunload", (event) => isAnyUnsaved() && event.preventDefault());

// Asks before a page is left while a form that is marked holds what is not saved yet.
// What is looked for, and what no person writes, is lost without harm.
const PASSING = "[type=hidden], [type=search], [type=file], [type=submit], [type=button], [type=reset]";

// Held against what the page came with: a browser may fill in again what was typed before a reload,
// and a form that was swapped comes with what was typed. One that came later says so itself.
const first = new Map(marked().map((mark) => [nameOf(mark), atFirstOf(mark)]));
let sent = null;

function marked() {
  return [...document.querySelectorAll("[data-unsaved]")];
}

// By attribute: a field of the form may be called id or action.
function nameOf(mark) {
  const form = mark.closest("form");
  return form.getAttribute("id") ?? form.getAttribute("action");
}

function atFirstOf(mark) {
  return { wasRefused: mark.dataset.unsaved === "yes", fields: fieldsOf(mark.closest("form"), atFirst) };
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
  return marked().some((mark) => {
    const form = mark.closest("form");
    const { wasRefused, fields } = first.get(nameOf(mark)) ?? atFirstOf(mark);
    return form !== sent && (wasRefused || isChanged(form, fields));
  });
}

// What htmx sends instead, or a question holds up, leaves no page.
addEventListener("submit", (event) => (sent = event.defaultPrevented ? sent : event.target));
addEventListener("pageshow", () => (sent = null));
addEventListener("beforeunload", (event) => isAnyUnsaved() && event.preventDefault());

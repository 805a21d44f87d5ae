// Keys named in data-key press their element; "?" shows the keys of this page.
import { matches, onContent } from "./ready.js";

const dialog = document.getElementById("shortcuts");

function isTyping(target) {
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target.matches("input:not([type=checkbox], [type=radio], [type=range], [type=button], [type=submit])");
}

// Space and Enter already press a button that has the focus, and Space a choice.
function pressesItself(name, target) {
  if (name === "enter") return target.matches("a, button, summary, input[type=submit]");
  return name === " " && target.matches("button, summary, input");
}

function nameOf(event) {
  const key = event.key.toLowerCase();
  return event.ctrlKey || event.metaKey ? `ctrl+${key}` : key;
}

// "space" reads better than a space inside a list parted by spaces.
function keysOf(element) {
  return element.dataset.key.split(" ").filter(Boolean);
}

function isUsable(element) {
  return !element.disabled && element.checkVisibility();
}

function elementFor(name) {
  const wanted = name === " " ? "space" : name;
  const places = document.querySelectorAll("[data-key]");
  return [...places].find((element) => keysOf(element).includes(wanted) && isUsable(element));
}

// Covered, partly, missed, and round again.
function cycle(group) {
  const choices = [...group.querySelectorAll("input[type=radio]")];
  const next = (choices.findIndex((choice) => choice.checked) + 1) % choices.length;
  choices[next].click();
  choices[next].focus();
}

function press(element) {
  if (element.matches("[data-cycle]")) cycle(element);
  else if (element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=submit], [type=button])")) element.focus();
  else element.click();
}

// Whoever dictates, or has unsteady hands, can do without keys pressed alone.
function singleKeysAreOff() {
  try {
    return localStorage.getItem("single-keys") === "off";
  } catch {
    return false;
  }
}

function rememberSingleKeys(box) {
  try {
    localStorage.setItem("single-keys", box.checked ? "on" : "off");
  } catch {
    // Without storage they stay on.
  }
}

function showKeys() {
  const list = dialog.querySelector("[data-shortcuts-list]");
  const labelled = [...document.querySelectorAll("[data-key][data-key-label]")].filter(isUsable);
  const rows = labelled.flatMap((element) => {
    const keys = document.createElement("dt");
    for (const key of keysOf(element)) keys.append(keyCap(key));
    const what = document.createElement("dd");
    what.textContent = element.dataset.keyLabel;
    return [keys, what];
  });
  list.replaceChildren(...rows);
  dialog.querySelector("[data-shortcuts-none]").hidden = rows.length > 0;
  dialog.querySelector("[data-single-keys]").checked = !singleKeysAreOff();
  dialog.showModal();
}

const ARROWS = { arrowleft: "←", arrowright: "→", arrowup: "↑", arrowdown: "↓" };

function keyCap(key) {
  const cap = document.createElement("kbd");
  cap.textContent = ARROWS[key] ?? (key.length === 1 ? key.toUpperCase() : key[0].toUpperCase() + key.slice(1).replace("+e", " + E"));
  return cap;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  const name = nameOf(event);
  const typing = isTyping(event.target);
  if (typing && name !== "ctrl+enter") return;
  if (!name.startsWith("ctrl+") && singleKeysAreOff()) return;
  if (pressesItself(name, event.target)) return;
  if (name === "?" && dialog) return showKeys();
  const element = elementFor(name);
  if (!element) return;
  event.preventDefault();
  press(element);
});

onContent((region) => {
  for (const button of matches(region, "[data-shortcuts-open]")) button.hidden = false;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-shortcuts-open]")) showKeys();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-single-keys]")) rememberSingleKeys(event.target);
});

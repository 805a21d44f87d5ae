// Asks before a page is left whose form holds what is not saved yet.
const page = document.querySelector("[data-unsaved]");
const form = page.closest("form");
const wasRefused = page.dataset.unsaved === "yes";
let isSent = false;

// Against what the page came with: a browser may fill in again what was typed before a reload.
function isChanged(field) {
  if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
  if (!field.matches("select")) return field.value !== field.defaultValue;
  const options = [...field.options];
  if (field.multiple) return options.some((option) => option.selected !== option.defaultSelected);
  return field.selectedOptions[0] !== (options.find((option) => option.defaultSelected) ?? options[0]);
}

function isUnsaved() {
  return wasRefused || [...form.querySelectorAll("input, select, textarea")].some(isChanged);
}

form.addEventListener("submit", () => (isSent = true));
addEventListener("pageshow", () => (isSent = false));
addEventListener("beforeunload", (event) => !isSent && isUnsaved() && event.preventDefault());

// A visitor's switch between light and dark, remembered on this device.
import { matches, onContent } from "./ready.js";

const root = document.documentElement;

function isDark() {
  if (root.dataset.theme === "dark") return true;
  if (root.dataset.theme === "light") return false;
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

function toggle() {
  root.dataset.theme = isDark() ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    // Without storage the choice lasts as long as this page.
  }
}

onContent((region) => {
  for (const button of matches(region, "[data-theme-toggle]")) button.hidden = false;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-toggle]")) toggle();
});

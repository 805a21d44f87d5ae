// A button that removes the message it stands in; menus that close when left.
import { matches, onContent } from "./ready.js";

onContent((region) => {
  for (const button of matches(region, "[data-dismiss]")) button.hidden = false;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (button) {
    button.closest("[data-dismissible]").remove();
    document.getElementById("main").focus({ preventScroll: true });
  }
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

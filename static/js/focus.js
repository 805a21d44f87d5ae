// After a swap the focus goes where the new region says, so it is never lost.
import { matches } from "./ready.js";

function focusFirst(region) {
  const [place] = matches(region, "[data-focus]");
  if (place) place.focus();
}

document.addEventListener("htmx:afterSettle", (event) => focusFirst(event.detail.elt));

// A page that came back with errors: start at their summary.
const summary = document.querySelector("[role=alert][data-focus]");
if (summary) summary.focus();

// A field that was opened is a field to write in.
document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.matches("details[data-opens-field][open]")) event.target.querySelector("textarea").focus();
  },
  true,
);

// Textareas that grow with their text, where CSS alone cannot (field-sizing).
import { matches, onContent } from "./ready.js";

function grow(area) {
  const before = area.rows;
  area.rows = 1;
  const style = getComputedStyle(area);
  const line = parseFloat(style.lineHeight);
  const padding = parseFloat(style.paddingTop) + parseFloat(style.paddingBottom);
  const needed = Math.ceil((area.scrollHeight - padding) / line);
  area.rows = Math.max(Number(area.dataset.rows) || before, needed);
}

if (!CSS.supports("field-sizing", "content")) {
  onContent((region) => {
    for (const area of matches(region, "textarea[data-autogrow]")) {
      area.dataset.rows ||= area.rows;
      grow(area);
    }
  });

  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-autogrow]")) grow(event.target);
  });
}

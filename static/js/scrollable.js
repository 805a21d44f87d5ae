// What scrolls sideways can be reached and scrolled by keyboard too.
import { matches, onContent } from "./ready.js";

const SELECTOR = ".prose pre, .prose table, .table-scroll, .heatmap-scroll";

const observer = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});

onContent((region) => {
  for (const box of matches(region, SELECTOR)) observer.observe(box);
});

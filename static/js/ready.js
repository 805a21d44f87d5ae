// Runs a function over the page, and again over every region htmx swaps in.
export function onContent(prepare) {
  prepare(document);
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
}

// All matches inside a region, the region itself included.
export function matches(region, selector) {
  const own = region instanceof Element && region.matches(selector) ? [region] : [];
  return [...own, ...region.querySelectorAll(selector)];
}

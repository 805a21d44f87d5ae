// Pointing at a key point lights up the sentence it was found in, and the other way round.
const LIT = "lit";

function numbersOf(place) {
  return place.dataset.point.split(" ");
}

function light(region, place) {
  const numbers = place ? numbersOf(place) : [];
  for (const each of region.querySelectorAll("[data-point]")) {
    each.classList.toggle(LIT, each !== place && numbersOf(each).some((number) => numbers.includes(number)));
  }
}

function show(event) {
  const region = event.target.closest?.("[data-evidence]");
  if (region) light(region, event.target.closest("[data-point]"));
}

// A tap counts as all three.
for (const kind of ["pointerover", "focusin", "click"]) document.addEventListener(kind, show);

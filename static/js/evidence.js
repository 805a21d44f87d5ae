// Pointing at a key point lights up the sentence it was found in, and the other way round.

function pointOf(target) {
  return target?.closest?.("[data-evidence] [data-point]") ?? null;
}

function numbersOf(place) {
  return place ? place.dataset.point.split(" ") : [];
}

// What the pointer is on, and what has the focus: scrolling by keyboard moves things under it.
function light(event) {
  const region = event.target.closest?.("[data-evidence]");
  if (!region) return;
  const places = [pointOf(event.target), pointOf(document.activeElement)];
  const numbers = places.flatMap(numbersOf);
  for (const each of region.querySelectorAll("[data-point]")) {
    const isNamed = numbersOf(each).some((number) => numbers.includes(number));
    each.classList.toggle("lit", isNamed && !places.includes(each));
  }
}

// A tap counts as all three.
for (const kind of ["pointerover", "focusin", "click"]) document.addEventListener(kind, light);

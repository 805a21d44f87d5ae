// Moving on with the arrows or links saves first, if something was changed.
const form = document.querySelector("form[data-marking]");
let isChanged = false;

form?.addEventListener("input", () => {
  isChanged = true;
});

function saveAndGo(where) {
  const go = document.createElement("input");
  go.type = "hidden";
  go.name = "go";
  go.value = where;
  form.append(go);
  form.requestSubmit();
}

for (const link of form ? document.querySelectorAll("a[data-go]") : []) {
  link.addEventListener("click", (event) => {
    if (!isChanged || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    saveAndGo(link.dataset.go);
  });
}

// Only what is undecided, and only on this page: nothing is saved by it.
function takeSuggestions() {
  for (const point of form.querySelectorAll("[data-suggested]")) {
    if (point.querySelector("input[type=radio]:checked")) continue;
    point.querySelector(`input[type=radio][value="${point.dataset.suggested}"]`).checked = true;
    isChanged = true;
  }
  const place = form.querySelector("[data-taken]");
  place.textContent = place.dataset.said;
}

form?.querySelector("[data-take]")?.addEventListener("click", (event) => {
  event.preventDefault();
  takeSuggestions();
});

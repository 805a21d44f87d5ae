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

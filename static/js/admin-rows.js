/* The admin adds and removes rows by links that call themselves buttons: Space presses them too, and
   whoever added a row writes on in it. */
document.addEventListener("keydown", (event) => {
  const button = event.target.closest?.(".inline-group a[role=button]");
  if (!button || event.key !== " ") return;
  event.preventDefault();
  button.click();
});

document.addEventListener("formset:added", ({ target }) => {
  target.querySelector("textarea, select, input:not([type=hidden])")?.focus();
});

document.addEventListener("formset:removed", ({ detail }) => {
  document.querySelector(`#${detail.formsetName}-group .add-row a[role=button]`)?.focus();
});

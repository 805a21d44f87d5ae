/* Names the box that the admin's select2 makes for what is looked up, which has no label of its own. */
function name(choice) {
  const label = choice.labels[0]?.textContent.replace(/:\s*$/, "").trim();
  const search = choice.nextElementSibling?.querySelector(".select2-search__field");
  if (label) search?.setAttribute("aria-label", label);
}

// The admin makes the boxes in a callback of the same kind, which came first.
window.django.jQuery(() => document.querySelectorAll("select.admin-autocomplete").forEach(name));

/* Opens the parts that a kind of question needs, as soon as the kind is chosen. */
const kind = document.getElementById("id_kind");
const parts = JSON.parse(document.getElementById("parts-of-kinds").textContent);

kind?.addEventListener("change", () => {
  for (const [place, kinds] of Object.entries(parts)) {
    const part = document.querySelector(place);
    const fold = part?.querySelector("details") ?? part?.closest("details");
    if (fold && kinds.includes(kind.value)) fold.open = true;
  }
});

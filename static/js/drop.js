// A file dropped on the zone is the file chosen in its field.
for (const zone of document.querySelectorAll("[data-drop-zone]")) {
  const field = zone.querySelector("input[type=file]");

  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.dataset.over = "";
  });
  zone.addEventListener("dragleave", () => delete zone.dataset.over);
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    delete zone.dataset.over;
    if (event.dataTransfer.files.length) field.files = event.dataTransfer.files;
  });
}

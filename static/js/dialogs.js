// Opens the <dialog> a button names; closing is the dialog's own form.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (!opener) return;
  event.preventDefault();
  document.getElementById(opener.dataset.dialogOpen).showModal();
});

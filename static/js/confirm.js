// Asks before a form with data-confirm is sent; without script it is sent at once.
const dialog = document.getElementById("confirm");
const yes = dialog?.querySelector("[data-confirm-yes]");
const usualYes = yes?.textContent;
let agreed = null;

function ask(form, submitter) {
  document.getElementById("confirm-question").textContent = form.dataset.confirm;
  yes.textContent = form.dataset.confirmYes || usualYes;
  dialog.returnValue = "no";
  dialog.showModal();
  dialog.addEventListener("close", () => answer(form, submitter), { once: true });
}

function answer(form, submitter) {
  if (dialog.returnValue !== "yes") return;
  agreed = form;
  form.requestSubmit(submitter);
}

// Captured, so that it comes before htmx hears of the submit.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!dialog || !form.dataset.confirm) return;
    if (agreed === form) {
      agreed = null;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(form, event.submitter);
  },
  true,
);

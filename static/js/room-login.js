// A login that ran out while writing: it is renewed here, on top of the text.
const dialog = document.getElementById("login");

// `renewed` saves what waited; it resolves to whether the server knows us again.
// A page without the dialog has nothing to lose, and is asked for again after the login.
export function prepareLogin(renewed) {
  if (!dialog) return (isNeeded) => isNeeded && location.reload();
  const form = dialog.querySelector("form");
  let wasPutOff = false;
  const putOff = () => (wasPutOff = true);

  form.addEventListener("submit", async (event) => {
    if (event.submitter?.value === "later") return putOff();
    event.preventDefault();
    say(await logIn(form, renewed));
  });
  dialog.addEventListener("cancel", putOff);

  return (isNeeded) => {
    if (!isNeeded) {
      if (dialog.open) dialog.close();
      wasPutOff = false;
    } else if (!dialog.open && !wasPutOff) {
      say("");
      dialog.showModal();
    }
  };
}

// What went wrong, in words; empty when it went well.
async function logIn(form, renewed) {
  try {
    await fetch(form.action); // renews the cookie that proves the form is ours
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { "X-CSRFToken": cookieToken(), "X-Requested-With": "XMLHttpRequest" },
    });
    if (answer.status === 400) return errorsOf(await answer.json());
    if (!answer.ok) return dialog.dataset.saidElsewhere;
  } catch {
    return dialog.dataset.saidOffline;
  }
  return (await renewed()) ? "" : dialog.dataset.saidElsewhere;
}

function errorsOf({ form }) {
  const fields = Object.values(form.fields).flatMap((field) => field.errors);
  return [...form.errors, ...fields].join(" ");
}

function say(text) {
  const place = dialog.querySelector("[data-login-error]");
  place.textContent = text;
  place.hidden = !text;
}

// Not logged in, or somebody else is by now.
export function isStranger(answer) {
  return answer.type === "opaqueredirect" || answer.status === 404;
}

export function cookieToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
}

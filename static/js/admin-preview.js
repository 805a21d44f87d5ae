/* Shows what a Markdown field will look like while it is written. The server renders, as for learners. */
const PAUSE = 350;
const page = document.querySelector("[data-preview-url]");

function paneFor(field) {
  const pane = document.createElement("div");
  pane.className = "rendered live-preview";
  pane.setAttribute("role", "region");
  pane.setAttribute("aria-label", `${page.dataset.previewLabel}: ${labelOf(field)}`);
  pane.tabIndex = 0;
  field.after(pane);
  return pane;
}

function labelOf(field) {
  const label = field.labels?.[0]?.textContent ?? field.getAttribute("aria-label") ?? "";
  return label.replace(/:\s*$/, "").trim();
}

function watch(field) {
  const token = field.form.elements.csrfmiddlewaretoken.value;
  let pane = null;
  let timer = 0;
  let newest = 0;

  async function show() {
    const turn = ++newest;
    if (!field.value.trim()) {
      pane?.remove();
      pane = null;
      return;
    }
    pane ??= paneFor(field);
    try {
      const answer = await fetch(page.dataset.previewUrl, {
        method: "POST",
        headers: { "X-CSRFToken": token },
        body: new URLSearchParams({ text: field.value }),
      });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      const html = await answer.text();
      if (turn === newest && pane) pane.innerHTML = html;
    } catch {
      if (turn === newest && pane) pane.textContent = page.dataset.previewFailed;
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  });
  field.addEventListener("focus", () => pane || show());
  if (isBesideItsPane(field)) show();
}

// Where the style keeps a place for the pane; elsewhere it comes when the text is worked on.
function isBesideItsPane(field) {
  return getComputedStyle(field.parentElement).display === "grid";
}

const watched = new WeakSet();

function watchOnce(field) {
  if (watched.has(field) || field.name.includes("__prefix__")) return;
  watched.add(field);
  watch(field);
}

if (page) {
  document.addEventListener("focusin", ({ target }) => {
    if (!target.matches("textarea.markdown") || watched.has(target)) return;
    watchOnce(target);
    target.dispatchEvent(new Event("focus"));
  });
  for (const field of document.querySelectorAll("textarea.markdown")) {
    if (isBesideItsPane(field)) watchOnce(field);
  }
}

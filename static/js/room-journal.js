// What is typed stays in this browser until the server has it: per sitting, question (a follow-up
// to the third is 3.1), number of saves it was written on, and page, so that no tab writes over another's.
const OLDEST = 24 * 60 * 60_000;

export function makeJournal(room, form, writer) {
  const before = `journal:${room.dataset.sitting}:`;
  const numbers = new Map(room.dataset.numbers.trim().split(" ").map((each) => each.split(":")));
  const depth = form.elements.depth.value;
  const item = form.elements.namedItem("item").value + (depth === "0" ? "" : `.${depth}`);
  let own = null;

  function keep(written, words) {
    forget();
    own = `${before}${item}:${form.elements.number.value}:${writer}`;
    write(own, { written, words, at: Date.now(), isSent: false });
  }

  // Without `written` whatever it is; with it only if nothing was typed since.
  function forget(written) {
    if (!own || (written !== undefined && read(own)?.written !== written)) return;
    remove(own);
    own = null;
  }

  // A form that leads to another page: its answer is never heard here.
  function sent() {
    const entry = own && read(own);
    if (entry) write(own, { ...entry, isSent: true });
  }

  function tidy() {
    for (const [key, entry] of entries("journal:")) {
      const [, , place, number] = key.split(":");
      const hasArrived = key.startsWith(before) && entry.isSent && Number(numbers.get(place)) > Number(number);
      if (hasArrived || entry.at < Date.now() - OLDEST) remove(key);
    }
  }

  // The newest text of this question that is not what is stored; null: there is none.
  function left(stored) {
    const own = entries(`${before}${item}:`).sort((one, other) => other[1].at - one[1].at);
    for (const [key, entry] of own) {
      if (entry.written === stored) remove(key);
    }
    const found = own.find(([, entry]) => entry.written !== stored);
    return found ? { ...found[1], drop: () => remove(found[0]) } : null;
  }

  // All of this sitting that is not known to be stored, as a text file.
  function asText() {
    const texts = entries(before).map(([key, entry]) => [Number(key.split(":")[2]), entry.words]);
    texts.sort((one, other) => one[0] - other[0]);
    return texts.map(([number, words]) => `${number}.\n\n${words}\n`).join("\n");
  }

  tidy();
  return { keep, forget, sent, left, asText };
}

// Without storage, or where it is full, the page goes on as if there were no journal.
function write(key, entry) {
  try {
    localStorage.setItem(key, JSON.stringify(entry));
  } catch {
    // Nothing to do: the text is on the page and on its way.
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function remove(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // As above.
  }
}

function entries(start) {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(start));
    return keys.map((key) => [key, read(key)]).filter(([, entry]) => entry);
  } catch {
    return [];
  }
}

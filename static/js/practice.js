// The practice session: outlining the grade that follows from the key points.
import "./ordering.js";
import { matches, onContent } from "./ready.js";

const SAID = { covered: 1, partly: 0.5, missed: 0 };
const MUST = 3;

// The share of the weight that was said; with no points nothing is missing.
function share(points) {
  const weight = points.reduce((sum, point) => sum + point.weight, 0);
  const said = points.reduce((sum, point) => sum + point.weight * SAID[point.mark], 0);
  return weight ? said / weight : 1;
}

// The same rule as proposed_rating in practice/judging.py; a browser test compares the two.
export function proposedRating(points, isFast) {
  const musts = points.filter((point) => point.weight >= MUST);
  const rest = points.filter((point) => point.weight < MUST);
  if (musts.some((point) => point.mark === "missed") || share(points) === 0) return 1;
  if (musts.some((point) => point.mark === "partly") || share(rest) < 0.5) return 2;
  return share(points) === 1 && isFast ? 4 : 3;
}

// The same rule as rating_while_undecided there: a mark of null is a point nobody has decided.
export function ratingWhileUndecided(points, isFast) {
  const [worst, best] = ["missed", "covered"].map((instead) => {
    const marked = points.map((point) => ({ ...point, mark: point.mark ?? instead }));
    return proposedRating(marked, isFast);
  });
  return worst === best || worst === 3 ? worst : null;
}

// Null while nothing is ticked: then nothing follows yet.
function pointsOf(rows) {
  if (!rows.some((row) => row.querySelector("input:checked"))) return null;
  return rows.map((row) => ({
    weight: Number(row.dataset.weight),
    mark: row.querySelector("input:checked")?.value ?? ("undecided" in row.dataset ? null : "missed"),
  }));
}

// The page has the sentence for each number of undecided points, in its own language.
function countUndecided(form, rows) {
  const open = rows.filter((row) => "undecided" in row.dataset && !row.querySelector("input:checked"));
  for (const sentence of form.querySelectorAll("[data-undecided-count]")) {
    sentence.hidden = Number(sentence.dataset.undecidedCount) !== open.length;
  }
}

function outline(form) {
  const rows = [...form.querySelectorAll("[data-weight]")];
  countUndecided(form, rows);
  const points = pointsOf(rows);
  if (!points) return;
  const grades = [...form.querySelectorAll(".grade")];
  const rating = ratingWhileUndecided(points, "fast" in form.dataset);
  // Fewer buttons than ratings: whatever is not Again is the last of them.
  const fitting = grades.find((grade) => Number(grade.value) === rating) ?? grades.at(-1);
  const proposed = rating && fitting;
  for (const grade of grades) {
    const isProposed = grade === proposed;
    grade.classList.toggle("grade-suggested", isProposed);
    grade.dataset.key = grade.dataset.key.split(" ")[0] + (isProposed ? " enter" : "");
    if (isProposed) grade.setAttribute("aria-describedby", "proposed");
    else grade.removeAttribute("aria-describedby");
  }
}

onContent((region) => {
  for (const row of matches(region, "[data-recount]")) row.hidden = true;
  const said = matches(region, "[data-announce]").map((place) => place.textContent.trim());
  const live = document.querySelector("[data-announcements]");
  if (live && region !== document && said.length) live.textContent = said.join(". ");
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-judging]");
  if (form) outline(form);
});

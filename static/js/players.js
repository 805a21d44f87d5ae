// A browser does not write into a recording how long it is: a player that has seen its end knows.
import { matches, onContent } from "./ready.js";

function learnLength(audio) {
  audio.addEventListener("loadedmetadata", () => {
    if (audio.duration !== Infinity) return;
    const wasPlaying = !audio.paused;
    audio.addEventListener("timeupdate", () => begin(audio, wasPlaying), { once: true });
    audio.currentTime = Number.MAX_SAFE_INTEGER;
  });
}

function begin(audio, plays) {
  audio.currentTime = 0;
  if (plays) audio.play();
}

onContent((region) => matches(region, "[data-player]").forEach(learnLength));

// Tells the form which time zone the device is in: quietly on sign-up, as a proposal in the settings.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const field of document.querySelectorAll("input[type=hidden][name=time_zone]")) {
  field.value ||= zone ?? "";
}

const proposal = document.querySelector("[data-time-zone-proposal]");
const select = document.querySelector("select[name=time_zone]");

function isOffered() {
  return [...(select?.options ?? [])].some((option) => option.value === zone);
}

if (proposal && isOffered() && select.value !== zone) {
  const button = proposal.querySelector("button");
  proposal.querySelector("[data-time-zone]").textContent = zone.replaceAll("_", " ");
  proposal.hidden = false;
  button.addEventListener("click", () => {
    select.value = zone;
    proposal.hidden = true;
    select.focus();
  });
}

// The inbox: verdicts without a new page, and keys for them, beside those of every list of lines.

let before = ""; // `g` and a letter lead to another page
document.addEventListener("keydown", (event) => {
  const writes = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (writes || event.ctrlKey || event.metaKey || event.altKey) return;
  const leads = before === "g";
  before = event.key;
  if (leads) return;
  const line = document.activeElement.closest(".line") ?? document.querySelector(".line.here");
  if (event.key === "a") line?.querySelector(".verdict [value=approve]")?.click();
  else if (event.key === "r") line?.querySelector(".verdict [value=reject]")?.click();
  else if (event.key === "e") line?.querySelector("[data-correct]")?.click();
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form.verdict");
  if (!form || form.dataset.plain) return;
  event.preventDefault();
  const line = form.closest(".line");
  if (line.getAttribute("aria-busy")) return;
  line.setAttribute("aria-busy", "true");
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) {
    form.dataset.plain = "yes"; // the page that comes says what was wrong
    return form.requestSubmit(event.submitter);
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const stays = page.querySelector(`[data-item="${line.dataset.item}"]`);
  const next = line.nextElementSibling ?? line.previousElementSibling;
  if (stays || !next) return location.assign(answer.url);
  line.remove();
  next.querySelector("input[name=id]").focus();
  retell(page);
});

// What was done, with the way to take it back, and how much waits still.
function retell(page) {
  const done = page.querySelector("main > .done");
  const place = document.querySelector("main > .done") ?? document.querySelector("main > h1").insertAdjacentElement("afterend", Object.assign(document.createElement("div"), { className: "done undo" }));
  place.setAttribute("role", "status");
  if (done) setTimeout(() => place.replaceChildren(...done.childNodes)); // readers speak what comes into a part that is there
  const badges = page.querySelectorAll(".badge");
  document.querySelectorAll(".badge").forEach((badge, number) => badge.replaceWith(badges[number] ?? ""));
  const every = document.querySelector(".every");
  const fresh = page.querySelector(".every");
  if (every && fresh) {
    every.querySelector("[value=approve]").textContent = fresh.querySelector("[value=approve]").textContent;
  } else every?.remove();
}

// The inbox: verdicts without a new page, and keys for them, beside those of every list of lines.

let before = ""; // `g` and a letter lead to another page
document.addEventListener("keydown", (event) => {
  const writes = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (writes || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  const leads = before === "g";
  before = event.key;
  if (leads) return;
  const line = document.activeElement.closest(".line") ?? document.querySelector(".line.here");
  if (event.key === "a") line?.querySelector(".verdict [value=approve]")?.click();
  else if (event.key === "r") line?.querySelector(".verdict [value=reject]")?.click();
  else if (event.key === "e") line?.querySelector("[data-correct]")?.click();
});

let isPointed = false; // whether the last press came from a mouse or a finger
document.addEventListener("click", (event) => { isPointed = event.detail > 0; }, true);

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form.verdict");
  if (!form || form.dataset.plain) return;
  event.preventDefault();
  const line = form.closest(".line");
  if (line.getAttribute("aria-busy")) return;
  line.setAttribute("aria-busy", "true");
  const [wasPointed, act] = [isPointed, event.submitter.value];
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) {
    form.dataset.plain = "yes"; // the page that comes says what was wrong
    return form.requestSubmit(event.submitter);
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const done = page.querySelector("main > .undo");
  if (!done) return location.assign(answer.url);
  const focused = document.activeElement;
  const isHere = focused === document.body || line.contains(focused);
  const told = settle(line, act, done);
  retell(page);
  const next = nextOf(line);
  if (!next) goOn(page);
  if (isHere && (wasPointed || !next)) told.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("go", { detail: isHere && !wasPointed ? next : null }));
});

// The line keeps its place and its height: nothing slides under a pointer that is about to press again.
function settle(line, act, done) {
  const name = line.querySelector("input[name=id]").getAttribute("aria-label").replace("Select ", "");
  line.style.minHeight = `${line.getBoundingClientRect().height}px`;
  line.removeAttribute("aria-busy");
  line.classList.add("settled");
  const told = Object.assign(document.createElement("div"), { className: "undo", tabIndex: -1 });
  const words = document.createElement("p");
  words.setAttribute("role", "status");
  line.replaceChildren(told);
  told.append(words, ...done.querySelectorAll("form"));
  const verdict = done.matches(".done") ? { approve: "Approved", reject: "Rejected" }[act] : done.querySelector("p").textContent.trim();
  setTimeout(() => { // readers speak what comes into a part that is there
    words.append(Object.assign(document.createElement("b"), { textContent: verdict }), " ", Object.assign(document.createElement("bdi"), { textContent: name }));
  });
  return told;
}

function nextOf(line) {
  const waiting = [...document.querySelectorAll("#lines > .line:not(.settled)")];
  const isBehind = (each) => line.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING;
  return waiting.find(isBehind) ?? waiting.at(-1);
}

// All that is shown was decided on: what the page says now, or the way to what came meanwhile.
function goOn(page) {
  const empty = page.querySelector("main > .empty");
  const place = document.getElementById("lines").closest("section");
  if (empty) return place.after(empty);
  if (document.querySelector("a[data-more], .onward")) return;
  const onward = Object.assign(document.createElement("p"), { className: "onward" });
  onward.append(Object.assign(document.createElement("a"), { className: "button", href: location.href, textContent: "Show what waits now" }));
  place.after(onward);
}

// How much waits still.
function retell(page) {
  const badges = page.querySelectorAll(".badge");
  document.querySelectorAll(".badge").forEach((badge, number) => badge.replaceWith(badges[number] ?? ""));
  const every = document.querySelector(".every");
  const fresh = page.querySelector(".every");
  if (every && fresh) every.querySelector("[value=approve]").textContent = fresh.querySelector("[value=approve]").textContent;
  else if (every) every.style.visibility = "hidden"; // its room stays, so that nothing slides
}

// The list of memories: keys, selection and editing in place, on top of links and forms that work without.

const list = document.getElementById("lines");
const bar = document.getElementById("selected");
const MOST = 900; // a form may hold a thousand fields
let here = null;

function boxes(which = "") {
  return [...document.querySelectorAll(`.line input[name=id]${which}`)];
}

function tell() {
  if (!bar) return;
  const count = boxes(":checked").length;
  bar.querySelector(".how-many").textContent = count ? `${count.toLocaleString("en-GB")} selected` : "";
  document.documentElement.classList.toggle("selecting", count > 0);
  document.documentElement.style.setProperty("--bar", `${bar.offsetHeight}px`);
}

function move(to) {
  if (!to) return;
  here?.classList.remove("here");
  here = to;
  here.classList.add("here");
  here.querySelector("input[name=id], [tabindex]").focus({ preventScroll: true });
  here.scrollIntoView({ block: "nearest" });
}

// A click with the shift key selects all between this box and the one before.
let last = null;
list?.addEventListener("click", (event) => {
  const box = event.target.closest("input[name=id]");
  if (!box) return;
  const all = boxes();
  if (event.shiftKey && last) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    all.slice(from, to + 1).forEach((each) => { each.checked = box.checked; });
  }
  last = box;
  tell();
  if (!event.detail) box.closest(".line").scrollIntoView({ block: "nearest" }); // the bar may have come up before it
});
bar?.addEventListener("reset", () => setTimeout(tell));
document.addEventListener("more", tell);
document.addEventListener("go", (event) => {
  tell();
  move(event.detail);
});
addEventListener("resize", tell);
tell(); // a browser that goes back keeps the ticks

const every = document.querySelector("[data-select-all]");
if (every) {
  every.hidden = false;
  every.addEventListener("click", () => {
    boxes().slice(0, MOST).forEach((box) => { box.checked = true; });
    tell();
  });
}

// What was not filled in has no place in the address.
document.querySelector("form.search")?.addEventListener("formdata", ({ formData }) => {
  for (const [name, value] of [...formData]) if (!value) formData.delete(name);
});

async function pageOf(address, options) {
  const answer = await fetch(address, { headers: { accept: "text/html" }, ...options });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function close(line) {
  line.querySelector("form.editor")?.remove();
  line.querySelector(".body").hidden = false;
  line.querySelector("[data-edit]").focus();
}

// Puts the form of the memory's own page where the text was.
function open(line, page) {
  const form = page.getElementById("edit");
  if (!form) return location.assign(line.querySelector("[data-edit]").href);
  form.removeAttribute("id");
  form.classList.add("editor");
  form.querySelectorAll("[id]").forEach((each) => {
    const label = form.querySelector(`label[for="${each.id}"]`);
    each.id += `-${line.dataset.memory}`;
    label.htmlFor = each.id;
  });
  form.addEventListener("click", (event) => {
    if (!event.target.closest("a.button")) return;
    event.preventDefault();
    close(line);
  });
  form.addEventListener("submit", (event) => save(event, line, form));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(line);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  line.querySelector(":scope > .undo")?.remove();
  line.querySelector(".body").hidden = true;
  line.append(form);
  form.querySelector("textarea").focus();
}

// Nothing that was typed is lost: what went wrong is said above it, and it can be sent again.
async function save(event, line, form) {
  event.preventDefault();
  if (form.getAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  if (form.querySelector(".problem")) await renew(form);
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const page = await pageOf(form.action, { method: "POST", body }).catch(() => null);
  const fresh = page?.getElementById("line");
  const isKept = fresh && !page.querySelector(".problem");
  if (!isKept) await keepTrying(line, form, page);
  form.removeAttribute("aria-busy");
  if (!isKept) return;
  const [box, freshBox] = [line, fresh.content].map((each) => each.querySelector("input[name=id]"));
  box.setAttribute("aria-label", freshBox.getAttribute("aria-label"));
  line.querySelector(".body").replaceWith(fresh.content.querySelector(".body"));
  close(line);
  announce(line, page.querySelector("main > .undo"));
}

// After a new sign-in, perhaps in another tab, the token of the one before counts no more.
async function renew(form) {
  const page = await pageOf(location.href).catch(() => null);
  const token = page?.querySelector("[name=form_token]");
  if (token) form.elements.form_token.value = token.value;
}

async function keepTrying(line, form, page) {
  const said = page?.querySelector(".problem") ?? page?.querySelector("main .card p");
  const again = page?.getElementById("edit");
  if (again) takeOver(line, form, page, again);
  if (!form.isConnected) line.append(form); // it was closed while it was on its way
  form.querySelector(".problem")?.remove();
  const problem = Object.assign(document.createElement("p"), { className: "problem", id: `problem-${line.dataset.memory}` });
  problem.setAttribute("role", "alert");
  form.prepend(problem);
  problem.textContent = said?.dataset.inPlace ?? said?.textContent ?? "This could not be saved, because there was no answer. Your text is still here: save again in a moment.";
  const field = form.querySelector("textarea");
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", problem.id);
  field.focus();
}

// The memory is another one than when the form was opened: shows it above the form, which is sent for that one now.
function takeOver(line, form, page, again) {
  const seen = form.elements.version.value;
  form.elements.version.value = again.elements.version.value;
  form.querySelector(".buttons").replaceWith(again.querySelector(".buttons"));
  if (seen === form.elements.version.value) return;
  line.querySelector(".memory-text").textContent = page.getElementById(`text-of-${line.dataset.memory}`).textContent;
  line.querySelector(".body").hidden = false;
}

// What was done, with the way to take it back, in the line itself.
function announce(line, done) {
  if (!done) return;
  const back = done.querySelector("[name=back]");
  if (back) back.value = location.pathname + location.search;
  const said = [...done.childNodes];
  done.replaceChildren();
  line.append(done);
  done.append(...said); // readers speak what comes into a part that is there
}

list?.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-edit]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const line = link.closest(".line");
  const page = line.querySelector(".editor") ? null : await pageOf(link.href).catch(() => null);
  const editor = line.querySelector(".editor textarea");
  if (editor) editor.focus();
  else if (page) open(line, page);
  else location.assign(link.href);
});

document.addEventListener("keydown", (event) => {
  const writes = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (!list || writes || event.ctrlKey || event.metaKey || event.altKey) return;
  const lines = [...list.children];
  const at = lines.indexOf(document.activeElement.closest?.(".line") ?? here);
  const line = lines[at];
  if (event.key === "j") move(lines[at + 1] ?? lines[at]);
  else if (event.key === "k") move(lines[Math.max(at - 1, 0)]);
  else if (event.key === "x" && line) line.querySelector("input[name=id]")?.click();
  else if (event.key === "e" && line) line.querySelector("[data-edit]")?.click();
  else if (event.key === "o" && line) line.querySelector("[data-open]")?.click();
});

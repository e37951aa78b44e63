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
}

function move(to) {
  if (!to) return;
  here?.classList.remove("here");
  here = to;
  here.classList.add("here");
  here.querySelector("input[name=id]").focus({ preventScroll: true });
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
});
bar?.addEventListener("reset", () => setTimeout(tell));
document.addEventListener("more", tell);
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
  line.querySelector("form.editor")?.remove();
  form.removeAttribute("id");
  form.classList.add("editor");
  form.querySelectorAll("[id]").forEach((each) => {
    const label = form.querySelector(`label[for="${each.id}"]`);
    each.id += `-${line.dataset.memory}`;
    label.htmlFor = each.id;
  });
  const problem = page.querySelector(".problem");
  if (problem) form.prepend(problem);
  const cancel = form.querySelector("a.button");
  cancel.setAttribute("role", "button");
  cancel.addEventListener("click", (event) => { event.preventDefault(); close(line); });
  form.addEventListener("submit", (event) => save(event, line, form));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(line);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  line.querySelector(".body").hidden = true;
  line.append(form);
  form.querySelector("textarea").focus();
}

async function save(event, line, form) {
  event.preventDefault();
  const page = await pageOf(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) }).catch(() => null);
  if (!page) return form.submit();
  const text = page.getElementById(`text-of-${line.dataset.memory}`);
  if (!text || page.querySelector(".problem")) return open(line, page);
  line.querySelector(".memory-text").textContent = text.textContent;
  const bucket = page.querySelector("#origin ~ dl a");
  line.querySelector(".meta a").replaceWith(bucket.cloneNode(true));
  close(line);
  announce(page.querySelector(".done"));
}

// What was done, with the way to take it back, above the list.
function announce(done) {
  if (!done) return;
  document.querySelector("main > .done")?.remove();
  const back = done.querySelector("[name=back]");
  if (back) back.value = location.pathname + location.search;
  const said = [...done.childNodes];
  done.replaceChildren();
  document.querySelector("main > .bar").after(done);
  done.append(...said); // readers speak what comes into a part that is there
}

list?.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-edit]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const page = await pageOf(link.href).catch(() => null);
  if (page) open(link.closest(".line"), page); else location.assign(link.href);
});

document.addEventListener("keydown", (event) => {
  const writes = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (!list || writes || event.ctrlKey || event.metaKey || event.altKey) return;
  const lines = [...list.children];
  const at = lines.indexOf(document.activeElement.closest?.(".line") ?? here);
  const line = lines[at];
  if (event.key === "j") move(lines[at + 1] ?? lines[at]);
  else if (event.key === "k") move(lines[Math.max(at - 1, 0)]);
  else if (event.key === "x" && line) line.querySelector("input[name=id]").click();
  else if (event.key === "e" && line) line.querySelector("[data-edit]")?.click();
  else if (event.key === "o" && line) line.querySelector("[data-open]").click();
});

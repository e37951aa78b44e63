// What every page has: small comforts on top of pages that work without any of them.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const kept = `zone=${encodeURIComponent(zone)}`;
if (zone && !document.cookie.split("; ").includes(kept)) document.cookie = `${kept}; path=/; max-age=31536000; samesite=lax`;

// <button data-copy="id"> puts the text of the named element on the clipboard. Browsers lend that to pages that came by
// https or from this machine alone; elsewhere the text is selected, and the person's own keys copy it.
async function copied(source) {
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    return true;
  } catch {
    if (source.select) source.select(); else getSelection().selectAllChildren(source);
    return false;
  }
}
const told = new WeakSet(); // buttons that say how it went
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const words = await copied(document.getElementById(button.dataset.copy)) ? "Copied" : "Press Ctrl+C";
  if (!told.has(button)) {
    const before = [...button.childNodes];
    told.add(button);
    button.addEventListener("blur", () => {
      button.replaceChildren(...before);
      told.delete(button);
    }, { once: true });
  }
  button.textContent = words;
});

// The same page again, as a document that has not been shown.
async function fetched(address) {
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  if (!answer.ok || answer.redirected) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// <section id="progress" data-live="2"> is asked for again every two seconds until the page says no more `data-live`.
function keepLive(part) {
  setTimeout(async () => {
    const page = document.hidden ? null : await fetched(location.href).catch(() => null);
    const fresh = page?.getElementById(part.id);
    if (page && !fresh) return location.reload();
    if (fresh) part.replaceWith(fresh);
    const next = fresh ?? part;
    if (next.dataset.live) keepLive(next);
  }, Number(part.dataset.live) * 1000);
}
document.querySelectorAll("[data-live]").forEach(keepLive);

// <a data-more="id" href="the next part"> brings the next part of the list with this id before the reader is there.
const nearing = new IntersectionObserver((entries) => entries.filter((e) => e.isIntersecting).forEach(bringMore), {
  rootMargin: "1200px",
});
async function bringMore({ target: link }) {
  nearing.unobserve(link);
  link.setAttribute("aria-busy", "true");
  const page = await fetched(link.href).catch(() => null);
  link.removeAttribute("aria-busy");
  const more = page?.getElementById(link.dataset.more);
  if (!more) return; // the link is still there to be followed
  const list = document.getElementById(link.dataset.more);
  const last = list.lastElementChild;
  list.append(...more.children);
  const next = page.querySelector(`a[data-more="${link.dataset.more}"]`);
  const hadFocus = document.activeElement === link;
  if (next) link.replaceWith(next); else link.remove();
  if (next) nearing.observe(next);
  if (hadFocus) last?.nextElementSibling?.querySelector("a, button, input")?.focus();
  document.dispatchEvent(new CustomEvent("more", { detail: list }));
}
document.querySelectorAll("a[data-more]").forEach((link) => nearing.observe(link));

// <form data-at-once> is sent when a choice in it changes; its button is for those without scripts.
document.querySelectorAll("form[data-at-once]").forEach((form) => {
  form.querySelector("[data-without-script]")?.remove();
  form.addEventListener("change", () => form.requestSubmit());
});

// Keys: `/` to the search box, `g` and a letter to a page, `?` for the list of keys.
const PAGES = { h: "/", m: "/memories", i: "/inbox", b: "/buckets", c: "/history", s: "/search", p: "/map", a: "/activity" };
let hasLead = false;
document.addEventListener("keydown", (event) => {
  const writes = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  if (writes || event.ctrlKey || event.metaKey || event.altKey) return;
  const goes = hasLead && PAGES[event.key];
  hasLead = event.key === "g";
  if (goes) location.assign(goes);
  else if (event.key === "?") location.assign("/help");
  else if (event.key === "/") {
    const box = document.querySelector("input[type=search]");
    if (box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  }
});

// <form data-once> is sent once, however often its button is pressed.
document.querySelectorAll("form[data-once]").forEach((form) => {
  let isSent = false;
  form.addEventListener("submit", (event) => { if (isSent) event.preventDefault(); isSent = true; });
  window.addEventListener("pageshow", () => { isSent = false; });
});

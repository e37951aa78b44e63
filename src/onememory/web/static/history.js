// One chat: a text that is selected within a message can be saved as a memory.

const template = document.getElementById("selection");
const messages = document.getElementById("lines");
let offer = null;

function withdraw() {
  offer?.remove();
  offer = null;
}

function lineOf(node) {
  return (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest(".line");
}

// The button stands below the selection, where the hand is, and goes when the selection does.
function propose() {
  const selection = getSelection();
  const text = selection.toString().trim();
  if (!messages || !text || !selection.rangeCount) return withdraw();
  const range = selection.getRangeAt(0);
  const from = lineOf(range.startContainer);
  if (!messages.contains(range.commonAncestorContainer) || !from) return withdraw();
  withdraw();
  offer = template.content.firstElementChild.cloneNode(true);
  offer.elements.text.value = text;
  offer.elements.id.value = from.dataset.number;
  document.querySelector("main").append(offer);
  const place = range.getBoundingClientRect();
  offer.style.top = `${place.bottom + scrollY + 8}px`;
  offer.style.left = `${Math.max(8, Math.min(place.left + scrollX, document.documentElement.clientWidth - offer.offsetWidth - 8))}px`;
}

document.addEventListener("pointerup", (event) => {
  if (!offer?.contains(event.target)) setTimeout(propose);
});
document.addEventListener("keyup", (event) => {
  if (event.shiftKey || event.key === "Shift") propose();
});
document.addEventListener("selectionchange", () => {
  if (getSelection().isCollapsed) withdraw();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") withdraw();
  const writes = event.target.closest("input:not([type=checkbox]), textarea, select");
  const way = { n: "next", p: "prev" }[event.key];
  if (way && !writes && !event.ctrlKey && !event.metaKey && !event.altKey) document.querySelector(`.found [rel=${way}]`)?.click();
});

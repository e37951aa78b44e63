// Files can be dropped on the form, and a form with files says how much of it has been sent.

const form = document.getElementById("hand-in");
const files = form.elements.file;
const zone = form.querySelector(".drop");
const sending = form.querySelector(".sending");
const status = sending.querySelector("p");
const meter = sending.querySelector("progress");
const button = form.querySelector("button.main");

zone.classList.add("with-drop");
form.querySelector(".by-hand").hidden = true;
form.querySelector(".by-drop").hidden = false;

const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
document.addEventListener("dragover", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault(); // also beside the zone: the browser would open the file and leave the page
  zone.classList.toggle("over", form.contains(event.target));
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) zone.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  zone.classList.remove("over");
  if (!form.contains(event.target) || button.disabled) return;
  files.files = event.dataTransfer.files;
  form.requestSubmit();
});

function say(text, share) {
  sending.hidden = false;
  status.textContent = text;
  if (share === undefined) meter.removeAttribute("value"); else meter.value = share;
}

function giveUp(text) {
  button.disabled = false;
  meter.hidden = true;
  say(text);
}

form.addEventListener("submit", (event) => {
  const size = [...files.files].reduce((sum, file) => sum + file.size, 0);
  if (!size) return; // text alone is sent as any form
  event.preventDefault();
  meter.hidden = false;
  const limit = Number(form.dataset.limit);
  if (size > limit) return giveUp(`Together these files take ${megabytes(size)} MB; up to ${megabytes(limit)} MB may come at once. Choose fewer.`);
  button.disabled = true;
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("accept", "text/html");
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    const share = Math.round((loaded / total) * 100);
    say(share < 100 ? `Sending: ${megabytes(loaded)} of ${megabytes(total)} MB` : "Sent. Opening it …", share < 100 ? share : undefined);
  });
  request.addEventListener("load", () => {
    if (request.status === 200) return location.assign(request.responseURL);
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    giveUp((page.querySelector("[role=alert]") ?? page.querySelector("main p"))?.textContent ?? "This did not work. Open the page again and retry.");
  });
  request.addEventListener("error", () => giveUp("The connection was lost before all was sent. Try again."));
  say("Sending …", 0);
  request.send(new FormData(form));
});

function megabytes(bytes) {
  return Math.max(1, Math.round(bytes / 1048576)).toLocaleString("en-GB");
}

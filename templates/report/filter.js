// A light enhancement: the page is complete without it.
"use strict";
const tools = document.querySelector(".tools");
const field = document.getElementById("filter");
const status = document.getElementById("filtered");
const items = [...document.querySelectorAll(".item")].map((element) => ({ element, text: "" }));
const folds = [...document.querySelectorAll("main details")];

function filter() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const item of items) {
    item.text ||= item.element.textContent.toLowerCase();
    const found = words.every((word) => item.text.includes(word));
    item.element.hidden = !found;
    shown += found;
  }
  status.textContent = words.length ? `${shown} of ${items.length} entries` : "";
  if (words.length) for (const group of document.querySelectorAll("details.group")) group.open = !!group.querySelector(".item:not([hidden])");
}

// A link to something inside a closed fold opens it.
function reveal() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let fold = target && target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  if (target) target.scrollIntoView();
}

tools.hidden = false;
field.addEventListener("input", filter);
document.getElementById("unfold").addEventListener("click", () => folds.forEach((fold) => (fold.open = true)));
document.getElementById("fold").addEventListener("click", () => folds.forEach((fold) => (fold.open = false)));
addEventListener("hashchange", reveal);
let closed = [];
addEventListener("beforeprint", () => { closed = folds.filter((fold) => !fold.open); closed.forEach((fold) => (fold.open = true)); });
addEventListener("afterprint", () => closed.forEach((fold) => (fold.open = false)));
reveal();

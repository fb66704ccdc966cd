// Small manners of the console's pages; everything works without this file, only less smoothly.
"use strict";

const IDLE_MILLISECONDS = 15 * 60 * 1000; // accounts/rules.py STAFF_IDLE: polls must not keep a sign-in alive
const NEAR_PIXELS = 60;
let lastTouch = Date.now();
const lastAnswers = new WeakMap();

for (const kind of ["pointerdown", "keydown", "scroll"]) {
  document.addEventListener(kind, () => { lastTouch = Date.now(); }, { passive: true, capture: true });
}

const isFollowing = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PIXELS;

document.addEventListener("htmx:beforeRequest", (event) => {
  const isPoll = event.detail.requestConfig.verb === "get";
  if (isPoll && Date.now() - lastTouch > IDLE_MILLISECONDS) event.preventDefault();
});

// The same answer again is not shown again: screen readers stay quiet, and open things stay open.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (lastAnswers.get(target) === xhr.responseText) event.detail.shouldSwap = false;
  lastAnswers.set(target, xhr.responseText);
  target.wasFollowing = isFollowing(target);
});

document.addEventListener("htmx:afterSwap", (event) => {
  const box = event.detail.target;
  if ("follow" in box.dataset && box.wasFollowing) box.scrollTop = box.scrollHeight;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful } = event.detail;
  if (!successful || !(elt instanceof HTMLFormElement) || !("clear" in elt.dataset)) return;
  for (const field of elt.querySelectorAll("textarea")) field.value = "";
});

document.addEventListener("keydown", (event) => {
  const isSend = event.key === "Enter" && (event.ctrlKey || event.metaKey);
  if (isSend && event.target.dataset && "send" in event.target.dataset) event.target.form.requestSubmit();
});

for (const box of document.querySelectorAll("[data-follow]")) box.scrollTop = box.scrollHeight;

for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// A file that the server would refuse for its size is refused here, before it is sent.
document.addEventListener("change", (event) => {
  const field = event.target;
  if (!("largest" in field.dataset)) return;
  const isTooLarge = [...field.files].some((file) => file.size > Number(field.dataset.largest));
  field.setCustomValidity(isTooLarge ? field.dataset.tooLarge : "");
  // What was found belongs to the file before.
  if (field.dataset.clears) document.getElementById(field.dataset.clears).replaceChildren();
});

// An article's page is only reached once its text is saved: the copy kept by the editor can go.
const saved = document.querySelector("[data-saved]");
if (saved) for (const path of saved.dataset.saved.split(" ")) sessionStorage.removeItem(`kept ${path}`);

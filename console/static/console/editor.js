// The article editor: wangEditor over the plain textarea, which stays what is posted.
"use strict";

const AWAKE_MILLISECONDS = 60 * 1000;
const form = document.querySelector("form[data-awake]");
const field = document.getElementById("body");
const shell = document.getElementById("editor");
const kept = `kept ${location.pathname}`;
let lastAwake = Date.now();
let isChanged = false;
let editor = null;

// Writing is being there: without this, an hour of writing would end at the sign-in page.
const stayAwake = () => {
  isChanged = true;
  sessionStorage.setItem(kept, field.value);
  if (Date.now() - lastAwake < AWAKE_MILLISECONDS) return;
  lastAwake = Date.now();
  fetch(form.dataset.awake, { headers: { "HX-Request": "true" } });
};

const takeText = (changed) => {
  const html = changed.isEmpty() ? "" : changed.getHtml();
  if (html === field.value) return;
  field.value = html;
  stayAwake();
};

// A sign-in may lapse while an article is open: the text waits in this tab until it is saved.
const keptText = sessionStorage.getItem(kept);
if (keptText && keptText !== field.value && window.confirm("这里有一份还没有保存的正文，要恢复吗？")) field.value = keptText;
sessionStorage.removeItem(kept);

if (window.wangEditor) {
  const { createEditor, createToolbar } = window.wangEditor;
  editor = createEditor({
    selector: "#editor-text",
    html: field.value,
    config: {
      placeholder: "先写结论，再写怎么做、带什么、什么时候马上去医院。",
      onChange: takeText,
    },
    mode: "simple",
  });
  createToolbar({
    editor,
    selector: "#editor-toolbar",
    mode: "simple",
    config: {
      toolbarKeys: [
        "headerSelect", "bold", "color", "bgColor", "|", "bulletedList", "numberedList",
        "justifyLeft", "justifyCenter", "|", "insertTable", "insertLink", "|", "undo", "redo", "clearStyle",
      ],
    },
  });
  shell.hidden = false;
  field.hidden = true;
  field.required = false; // a hidden field cannot be pointed at; the server checks
  document.querySelector("#editor-text [contenteditable]").setAttribute("aria-label", "正文");
  document.querySelector("label[for=body]").addEventListener("click", () => editor.focus());
}

form.addEventListener("input", stayAwake);
form.addEventListener("submit", () => {
  if (editor) takeText(editor); // the editor tells of the last keystroke a moment late
  isChanged = false;
});
window.addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });

/* A floor plan by mouse and keyboard: a click or the arrows move the table in hand, the form below sends
   it. Without this script the picture is a button that sends where it was clicked. */
(() => {
  "use strict";

  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const SMALL = 0.5;
  const LARGE = 5;

  const stage = () => document.querySelector("[data-plan-stage]");
  const form = () => document.getElementById(stage().dataset.boxes);
  const field = (name) => form().elements.namedItem(name);
  const voice = document.getElementById("plan-said");

  let comesByKey = false;
  let before = null;

  function say(text) {
    if (voice) voice.textContent = text;
  }

  /* The mark of the table in hand; a table without a place gets one in the middle to begin with. */
  function mark() {
    const over = stage().querySelector(".plan-over");
    const found = over.querySelector("[data-mark]");
    if (found) return found;
    const made = document.createElementNS("http://www.w3.org/2000/svg", "g");
    made.setAttribute("class", "plan-mark is-marked");
    made.dataset.mark = "";
    const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    dot.setAttribute("r", "26");
    made.append(dot);
    over.append(made);
    return made;
  }

  function show(left, top) {
    const { width, height } = stage().querySelector(".plan-over").viewBox.baseVal;
    mark().setAttribute("transform", `translate(${(left * width) / 100} ${(top * height) / 100})`);
  }

  function put(left, top) {
    const within = (value) => Math.min(100, Math.max(0, Math.round(value * 10) / 10));
    field("left").value = within(left);
    field("top").value = within(top);
    show(within(left), within(top));
  }

  function move([right, down], size) {
    const at = { left: field("left").value, top: field("top").value };
    if (before === null) before = at;
    if (at.left === "" || at.top === "") put(50, 50);
    else put(Number(at.left) + right * size, Number(at.top) + down * size);
    const words = stage().dataset.said;
    say(words.replace("%left", field("left").value).replace("%top", field("top").value));
  }

  function putBack() {
    if (before === null) return;
    if (before.left === "") {
      field("left").value = "";
      field("top").value = "";
      mark().remove();
    } else {
      put(Number(before.left), Number(before.top));
    }
    before = null;
  }

  document.addEventListener("keydown", (event) => {
    if (event.target !== stage() || event.altKey || event.ctrlKey || event.metaKey) return;
    if (STEPS[event.key]) move(STEPS[event.key], event.shiftKey ? LARGE : SMALL);
    else if (event.key === "Escape") putBack();
    else if (event.key === "Enter" && field("left").value !== "") {
      comesByKey = true;
      form().requestSubmit();
    } else return;
    event.preventDefault();
  });

  /* With a script the picture is as wide as the window allows; the place is a share of what is seen. */
  document.addEventListener("click", (event) => {
    const picture = event.target.closest('[data-plan-stage] input[type="image"]');
    if (!picture) return;
    event.preventDefault();
    const box = picture.getBoundingClientRect();
    put((100 * (event.clientX - box.left)) / box.width, (100 * (event.clientY - box.top)) / box.height);
    form().requestSubmit();
  });

  function prepare() {
    const found = stage();
    if (!found) return;
    before = null;
    found.dataset.fluid = "";
    found.tabIndex = 0;
    found.setAttribute("role", "group");
    found.setAttribute("aria-label", found.dataset.label);
  }

  /* What was wrong with a place is shown, too. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 400 && event.detail.target.id === "plan-board") event.detail.shouldSwap = true;
  });

  document.addEventListener("htmx:afterSwap", () => {
    prepare();
    const board = document.querySelector("#plan-board[data-say]");
    if (board) say(board.dataset.say);
    if (comesByKey && stage()) stage().focus();
    comesByKey = false;
  });
  document.addEventListener("DOMContentLoaded", prepare);
})();

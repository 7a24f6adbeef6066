/* The grid by keyboard: arrows walk it, letters press the buttons of the meeting in hand. */
(() => {
  "use strict";

  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

  const grid = () => document.querySelector("[data-grid]");

  /* One stop for the Tab key: the meeting in hand, else the first one. */
  function rove(current) {
    const cells = [...(grid()?.querySelectorAll("[data-cell]") || [])];
    const chosen = current || cells.find((one) => one.hasAttribute("aria-current")) || cells[0];
    for (const one of cells) one.tabIndex = one === chosen ? 0 : -1;
    return chosen;
  }

  /* The nearest cell in that direction; places without a meeting are passed over. */
  function neighbour(cell, [down, right]) {
    const place = cell.closest("td");
    const rows = [...grid().querySelectorAll("tbody tr")];
    let row = rows.indexOf(place.parentElement);
    let column = [...place.parentElement.children].indexOf(place);
    const stacked = [...place.querySelectorAll("[data-cell]")];
    const next = stacked[stacked.indexOf(cell) + down];
    if (down && next) return next;
    for (;;) {
      row += down;
      column += right;
      if (!rows[row] || column < 1 || column >= rows[row].children.length) {
        if (down && rows[row]) continue;
        return null;
      }
      const found = rows[row].children[column].querySelector("[data-cell]");
      if (found) return found;
    }
  }

  function press(key) {
    const wanted = key.length === 1 ? key.toLowerCase() : key;
    const button = document.querySelector(`#board [data-key="${CSS.escape(wanted)}"]`);
    if (button) button.click();
    return Boolean(button);
  }

  function say() {
    const board = document.querySelector("#board [data-say]");
    const voice = document.getElementById("grid-said");
    if (board && voice) voice.textContent = board.dataset.say;
  }

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const target = event.target;
    if (target.closest("input, select, textarea")) return;
    const cell = target.closest("[data-cell]");
    if (cell && STEPS[event.key]) {
      const next = neighbour(cell, STEPS[event.key]);
      if (next) rove(next).focus();
      event.preventDefault();
    } else if (target.closest("#board") && press(event.key)) {
      event.preventDefault();
    }
  });
  document.addEventListener("focusin", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (cell) rove(cell);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "board" && !document.getElementById("board")) return;
    const chosen = rove();
    /* A step done by a button leaves the focus nowhere: it goes to what asks for it, or to the cell. */
    if (document.activeElement === document.body) {
      (document.querySelector("#board [data-confirm]") || chosen)?.focus();
    }
    say();
  });
  document.addEventListener("DOMContentLoaded", () => rove());
})();

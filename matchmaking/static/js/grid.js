/* The grid by keyboard and mouse: arrows walk it, letters press the buttons of the meeting in hand,
   and what is dropped somewhere is looked at first, as if it had been chosen there. */
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

  /* Ctrl+Z undoes, Ctrl+Y or Ctrl+Shift+Z does again, wherever the focus is on the page. */
  function chord(event) {
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) return press("ctrl+z");
    return (key === "y" || key === "z") && press("ctrl+y");
  }

  function say() {
    const board = document.querySelector("#board [data-say]");
    const voice = document.getElementById("grid-said");
    if (board && voice) voice.textContent = board.dataset.say;
  }

  document.addEventListener("keydown", (event) => {
    const target = event.target;
    if (event.altKey || target.closest("input, select, textarea")) return;
    if (event.ctrlKey || event.metaKey) {
      if (chord(event)) event.preventDefault();
      return;
    }
    const cell = target.closest("[data-cell]");
    if (cell && STEPS[event.key]) {
      const next = neighbour(cell, STEPS[event.key]);
      if (next) rove(next).focus();
      event.preventDefault();
    } else if (target.closest("#board") && press(event.key)) {
      event.preventDefault();
    }
  });
  /* -- by mouse: pick up, see where it fits, drop, look at the effect */

  let held = null;

  /* The page as it would be with these things in hand. */
  function address(changes) {
    const url = new URL(document.getElementById("board").dataset.bare, window.location.href);
    for (const [key, value] of Object.entries(changes)) url.searchParams.set(key, value);
    return url.pathname + url.search;
  }

  function visit(href) {
    const link = document.createElement("a");
    link.href = href;
    link.hidden = true;
    document.getElementById("board").append(link);
    if (window.htmx) window.htmx.process(link);
    link.click();
  }

  function inHand() {
    return held.meeting ? { meeting: held.meeting, mode: "move" } : { request: held.request, mode: "place" };
  }

  /* Mark where it fits: the same page the server draws for "move", asked for beside the drag. */
  async function mark() {
    const mine = held;
    const answer = await fetch(address(inHand()), { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || held !== mine) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const one of page.querySelectorAll("#grid .is-target")) {
      document.getElementById(one.id)?.classList.add("is-target");
    }
  }

  /* What dropping here would mean: another place, a swap, or (beside the grid) no place. */
  function meaning(target) {
    const board = target.closest("#board");
    if (!held || !board) return null;
    const other = target.closest("[data-meeting]")?.dataset.meeting;
    if (other) {
      if (!held.meeting || other === held.meeting) return null;
      return { meeting: held.meeting, mode: "swap", other };
    }
    const spot = target.closest("[data-spot]")?.dataset.spot;
    if (spot) return { ...inHand(), to: spot };
    if (held.meeting && target.closest("[data-out]")) return { meeting: held.meeting, mode: "unschedule" };
    return null;
  }

  function letGo() {
    held = null;
    for (const one of document.querySelectorAll("#grid .is-over")) one.classList.remove("is-over");
  }

  document.addEventListener("dragstart", (event) => {
    const source = event.target.closest?.("#board [data-meeting], #board [data-request]");
    if (!source || !document.querySelector("[data-open]")) return;
    held = { meeting: source.dataset.meeting, request: source.dataset.request };
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", source.textContent.trim());
    mark().catch(() => {}); /* Without the marks it can still be dropped. */
  });
  document.addEventListener("dragover", (event) => {
    if (!meaning(event.target)) return;
    event.preventDefault();
    for (const one of document.querySelectorAll("#grid .is-over")) one.classList.remove("is-over");
    event.target.closest("#grid [data-spot], #grid [data-meeting]")?.classList.add("is-over");
  });
  document.addEventListener("drop", (event) => {
    const changes = meaning(event.target);
    if (!changes) return;
    event.preventDefault();
    letGo();
    visit(address(changes));
  });
  document.addEventListener("dragend", () => {
    for (const one of document.querySelectorAll("span.is-target")) one.classList.remove("is-target");
    letGo();
  });

  document.addEventListener("focusin", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (cell) rove(cell);
  });
  let asked = "";
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "board" && !document.getElementById("board")) return;
    const chosen = rove();
    /* What asks to be confirmed gets the focus once, so that a second Enter does it; a step done by a button
       leaves the focus nowhere, and the cell gets it. */
    const confirm = document.querySelector("#board [data-confirm]");
    const question = confirm?.textContent ?? "";
    if (question && question !== asked) confirm.focus();
    else if (document.activeElement === document.body) (confirm || chosen)?.focus();
    asked = question;
    say();
  });
  document.addEventListener("DOMContentLoaded", () => rove());
})();

/* The countdown of the big screen. Without it the page says "in 5 minutes" and reloads itself. */
(() => {
  "use strict";

  let element = null;
  let end = 0;

  function two(number) {
    return String(number).padStart(2, "0");
  }

  function tick() {
    const now = document.querySelector("[data-countdown]");
    if (!now) return;
    if (now !== element) {
      element = now;
      end = Date.now() + Number(now.dataset.countdown) * 1000;
    }
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    const hours = Math.floor(left / 3600);
    const minutes = Math.floor((left % 3600) / 60);
    element.textContent = `${hours ? `${hours}:` : ""}${hours ? two(minutes) : minutes}:${two(left % 60)}`;
  }

  document.addEventListener("htmx:afterSwap", tick);
  document.addEventListener("DOMContentLoaded", tick);
  setInterval(tick, 1000);
})();

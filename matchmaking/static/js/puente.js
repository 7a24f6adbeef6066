/* Quickens pages that work without it: focus, menus, filters that submit themselves. */
(() => {
  "use strict";

  const wide = window.matchMedia("(min-width: 62rem)");

  /* An error summary takes the focus, on load and after htmx has swapped one in. */
  function focusSummary(root) {
    const summary = root.querySelector("[data-focus]");
    if (summary) summary.focus();
  }

  /* Filters are folded on a phone and open on a desktop, also where CSS alone cannot unfold. */
  function unfold() {
    if (!wide.matches) return;
    for (const fold of document.querySelectorAll(".facets-fold")) fold.open = true;
  }

  function closeMenus(except) {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!except || !menu.contains(except)) menu.open = false;
    }
  }

  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.activeElement && document.activeElement.closest("details[data-menu][open]");
    closeMenus(null);
    if (menu) menu.querySelector("summary").focus();
  });

  /* The agenda stays readable without a network: its worker keeps the last one. What it keeps is
     thrown away as soon as a page is shown to nobody who is signed in. */
  const keeper = document.querySelector("[data-worker]");
  async function keepAgenda() {
    const cameThroughWorker = Boolean(navigator.serviceWorker.controller);
    await navigator.serviceWorker.register(keeper.dataset.worker);
    const plans = [...document.querySelectorAll(".plan-peek image")].map((one) => one.href.baseVal);
    if (cameThroughWorker) {
      /* Plans that are folded away are fetched all the same, and kept on the way. */
      await Promise.all([...new Set(plans)].map((one) => fetch(one)));
      return;
    }
    /* This first page came before its worker: it is kept from here, with what it looks like. */
    const loaded = performance.getEntriesByType("resource").map((one) => one.name);
    const parts = loaded.filter((one) => one.startsWith(`${location.origin}/static/`));
    const store = await caches.open("puente-agenda");
    await store.addAll([location.href, ...new Set([...parts, ...plans])]);
  }
  if (keeper && navigator.serviceWorker) window.addEventListener("load", () => keepAgenda().catch(() => {}));
  if (document.body.hasAttribute("data-visitor") && window.caches) caches.delete("puente-agenda");

  /* A form marked data-live sends itself when a choice changes; its button stays for everyone else.
     One with its own htmx trigger is htmx's business. */
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form || !form.hasAttribute("data-live")) return;
    if (window.htmx && form.hasAttribute("hx-trigger")) return;
    form.requestSubmit();
  });

  /* The sum of figures while they are typed; the server has the last word. */
  document.addEventListener("input", (event) => {
    const group = event.target.dataset && event.target.dataset.summed;
    if (!group) return;
    let sum = 0;
    for (const field of document.querySelectorAll(`[data-summed="${group}"]`)) sum += Number(field.value) || 0;
    const shown = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
    for (const output of document.querySelectorAll(`[data-sum="${group}"]`)) output.textContent = shown.format(sum);
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    focusSummary(event.target);
    unfold();
  });

  /* On a phone a navigation scrolls sideways: bring its current entry into view. */
  function showCurrent() {
    for (const current of document.querySelectorAll(".masthead nav [aria-current], .console-nav [aria-current]")) {
      const list = current.closest("ul");
      if (list) list.scrollLeft += current.getBoundingClientRect().left - list.getBoundingClientRect().left - 16;
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    focusSummary(document);
    unfold();
    showCurrent();
  });
  wide.addEventListener("change", unfold);
})();

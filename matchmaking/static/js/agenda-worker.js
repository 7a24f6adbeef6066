/* Keeps the last agenda, with its floor plans, for a hall without a network. It acts below /agenda/ only:
   newest from the network, else what it kept, with the notice that says how old it is. Nothing else is ever
   answered from here. */
"use strict";

const STORE = "puente-agenda";
const PAGE = "/agenda/";
const PLAN = /^\/events\/[^/]+\/plan\/\d+\/$/;
/* What is kept is one person's, in their language: what a page varies by is no matter. */
const SAME = { ignoreVary: true };

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function keep(request, response) {
  if (response.ok && response.type === "basic") {
    const store = await caches.open(STORE);
    await store.put(request, response);
  }
}

/* The kept page of this address, else the last one kept, with its notice shown. */
async function kept(request) {
  const store = await caches.open(STORE);
  const pages = await store.keys();
  const last = pages.filter((one) => new URL(one.url).pathname === PAGE).pop();
  const found = (await store.match(request, SAME)) || (last && (await store.match(last, SAME)));
  if (!found) return Response.error();
  const text = (await found.text()).replace("<div data-offline hidden>", "<div data-offline>");
  return new Response(text, { headers: found.headers });
}

async function page(request) {
  try {
    const response = await fetch(request);
    await keep(request, response.clone());
    return response;
  } catch {
    return kept(request);
  }
}

/* Styles, scripts and pictures of the page: the same, unchanged. */
async function asset(request) {
  try {
    const response = await fetch(request);
    await keep(request, response.clone());
    return response;
  } catch {
    return (await caches.match(request, SAME)) || Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && address.pathname === PAGE) event.respondWith(page(request));
  else if (address.pathname.startsWith("/static/") || PLAN.test(address.pathname)) event.respondWith(asset(request));
});

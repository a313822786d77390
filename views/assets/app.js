// Improvements of pages that work without them: keys that lead somewhere, one submission a form, a
// warning before typed text is lost, and "select all".
(() => {
  "use strict";
  const body = document.body;
  const typing = (e) => e.target.closest("input, textarea, select, [contenteditable]") !== null;
  const go = (selector) => {
    const link = document.querySelector(selector);
    if (link) link.click();
    return link !== null;
  };

  if (body.dataset.shortcuts === "on") {
    const places = { r: "/", c: "/committees", d: "/decisions", o: "/organisations", a: "/account" };
    let afterG = false;
    document.addEventListener("keydown", (e) => {
      if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || typing(e)) return;
      if (afterG) {
        afterG = false;
        if (places[e.key]) {
          e.preventDefault();
          location.assign(places[e.key]);
        }
        return;
      }
      let done = true;
      switch (e.key) {
        case "?": done = go("a[data-help]"); break;
        case "/": {
          const field = document.querySelector("[data-search]");
          if (field) field.focus();
          done = field !== null;
          break;
        }
        case "g": afterG = true; break;
        default: done = /^[a-z]$/.test(e.key) && go(`main [data-key='${e.key}']`);
      }
      if (done) e.preventDefault();
    });
  }

  const dirty = new Set(); // forms with typed text: sending one of a page loses what stands in the others
  for (const form of document.querySelectorAll("form[method='post']")) {
    form.addEventListener("input", () => { if (form.dataset.guard !== undefined) dirty.add(form); });
    form.addEventListener("submit", (e) => {
      // A browser sends nothing for a date or a number that it cannot read, 31 February say, as if the field were empty.
      const unread = [...form.elements].find((field) => field.validity && field.validity.badInput);
      if (form.dataset.sent || unread) {
        e.preventDefault();
        if (unread) unread.reportValidity();
        return;
      }
      form.dataset.sent = "1";
      dirty.delete(form);
      const busy = form.querySelector("[data-busy]");
      if (busy) busy.hidden = false;
    });
  }
  window.addEventListener("beforeunload", (e) => { if (dirty.size > 0) e.preventDefault(); });
  // A page that comes back from the browser's memory may send its forms again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  for (const all of document.querySelectorAll("input[data-all]")) {
    const boxes = () => document.querySelectorAll(`input[type='checkbox'][name='${all.dataset.all}']`);
    all.hidden = false;
    all.addEventListener("change", () => { for (const box of boxes()) box.checked = all.checked; });
  }

  // What is left of a line while it is shared out: amounts first, then shares of what they leave, in minor units.
  for (const box of document.querySelectorAll("[data-left]")) {
    const unit = 10 ** Number(box.dataset.decimals);
    const out = box.querySelector("[data-rest]");
    const money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: box.dataset.currency });
    const read = (field, scale) => Math.round(Number(field.value.replace(/[\s\u00a0\u202f€%]/g, "").replace(",", ".")) * scale);
    const sum = (name, scale) => [...box.querySelectorAll(`input[name^='${name}_']`)].reduce((all, field) => all + read(field, scale), 0);
    const typed = (name) => [...box.querySelectorAll(`input[name^='${name}_']`)].filter((field) => field.value.trim() !== "").length;
    const alone = () => typed("project") === 1 && typed("amount") === 0 && typed("share") === 0; // takes all of it
    const show = () => {
      const base = Number(box.dataset.left) - sum("amount", unit);
      const rest = alone() ? 0 : base - Math.round((base / 10000) * sum("share", 100));
      out.textContent = Number.isFinite(rest) ? box.dataset.text.replace("{0}", money.format(rest / unit)) : "";
    };
    box.addEventListener("input", show);
    show();
  }

  // The workbench of a scenario: a choice is sent by itself a moment after it was made, and only what changed on the page is replaced. The reader's place
  // is kept: nothing takes the focus away. While a search goes on, a small part of the page is asked for.
  const bench = document.querySelector("[data-bench]");
  if (bench) {
    const status = bench.querySelector("[data-poll]");
    const state = () => status.firstElementChild;
    const replace = (text) => {
      const fresh = new DOMParser().parseFromString(text, "text/html");
      if (!fresh.querySelector("[data-bench]")) return false;
      const at = document.activeElement;
      for (const part of bench.querySelectorAll("[data-part]")) {
        const other = fresh.getElementById(part.id);
        const writing = part.contains(at) && (at.matches("select, input[type='text']")) && part.querySelector("[data-dirty]");
        if (!other || writing) continue;
        const open = [...part.querySelectorAll("details")].map((d) => d.open);
        const left = [...part.querySelectorAll(".scroll")].map((r) => r.scrollLeft);
        part.replaceChildren(...other.childNodes);
        part.querySelectorAll("details").forEach((d, i) => { d.open = open[i]; });
        part.querySelectorAll(".scroll").forEach((r, i) => r.scrollTo(left[i] || 0, 0));
      }
      status.replaceChildren(...fresh.querySelector("[data-poll]").childNodes);
      if (at && !document.contains(at)) {
        const same = at.id ? document.getElementById(at.id) : at.href && [...bench.querySelectorAll("a")].find((a) => a.href === at.href);
        same?.focus({ preventScroll: true });
      }
      const wrong = bench.querySelector(".why .error");
      const said = bench.querySelector("[data-said]");
      if (wrong && said) setTimeout(() => { said.textContent = wrong.textContent; }, 100); // a reader of the screen hears what is asked for
      return true;
    };
    const leave = () => location.assign(bench.dataset.bench);
    const take = async (answer) => {
      if (!replace(await answer.text())) leave();
    };
    // Asked for less and less often while nothing changes, and not for ever: then the reader asks.
    const often = 2000, seldom = 30000, enough = 20;
    let timer = 0, wait = often, still = 0;
    const plain = (shown) => { for (const p of bench.querySelectorAll("[data-plain]")) p.hidden = !shown; };
    const poll = () => {
      clearTimeout(timer);
      if (!state() || state().dataset.pending === undefined) return;
      if (still >= enough) {
        plain(true);
        return;
      }
      timer = setTimeout(async () => {
        try {
          const answer = await fetch(status.dataset.poll, { headers: { "X-Part": "progress" } });
          if (!answer.ok || answer.redirected) return;
          const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
          if (fresh && fresh.dataset.key !== state().dataset.key) {
            still = 0;
            wait = often;
            await take(await fetch(bench.dataset.bench));
          } else {
            still++;
            wait = Math.min(wait * 1.5, seldom);
          }
          poll();
        } catch { plain(true); /* the network is away: the link that looks again is there */ }
      }, wait);
    };
    const afresh = () => {
      still = 0;
      wait = often;
      poll();
    };
    let sending = Promise.resolve();
    const send = (key) => {
      sending = sending.then(async () => {
        const form = bench.querySelector("[data-choices]");
        const row = form && form.querySelector(`[data-row='${key}']`);
        if (!row) return;
        const fields = new URLSearchParams();
        for (const field of form.querySelectorAll("input[type='hidden'][name^='_']")) fields.set(field.name, field.value);
        for (const field of row.querySelectorAll("input, select")) {
          if ((field.type !== "radio" && field.type !== "checkbox") || field.checked) fields.append(field.name, field.value);
        }
        delete row.dataset.dirty;
        try {
          await take(await fetch(form.action, { method: "POST", body: fields }));
          afresh();
        } catch {
          form.submit();
        }
      });
    };
    const waits = new Map();
    bench.addEventListener("change", (e) => {
      const row = e.target.closest("[data-row]");
      if (!row) return;
      row.dataset.dirty = "";
      clearTimeout(waits.get(row.dataset.row));
      waits.set(row.dataset.row, setTimeout(send, 600, row.dataset.row));
    });
    bench.addEventListener("input", (e) => {
      const row = e.target.matches("input[type='text']") && e.target.closest("[data-row]");
      if (row) row.dataset.dirty = "";
    });
    plain(false);
    poll();
  }

  // What would follow from a form is told while it is filled in: its preview is asked for after every change.
  for (const form of document.querySelectorAll("form[data-live]")) {
    const box = document.querySelector("[data-outro]");
    let timer, latest;
    const ask = async () => {
      const fields = new URLSearchParams(new FormData(form));
      fields.set("_preview", "1");
      if (latest) latest.abort();
      latest = new AbortController();
      try {
        const answer = await fetch(form.action, { method: "POST", body: fields, signal: latest.signal });
        const part = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-outro]");
        if (part) box.replaceChildren(...part.childNodes);
      } catch {
        // the network is gone, or a later question took over: the button asks as well
      }
    };
    form.addEventListener("change", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 300);
    });
  }

  // What may be about the same as a request while it is written: asked for when the typing pauses.
  for (const box of document.querySelectorAll("[data-similar]")) {
    const form = document.querySelector("main form[method='post']");
    const fields = box.dataset.fields.split(" ").map((name) => form.elements[name]);
    let timer, asked = "", latest;
    const ask = async () => {
      const url = new URL(box.dataset.similar, location.href);
      for (const field of fields) url.searchParams.set(field.name, field.value.trim().slice(0, 500));
      if (url.href === asked) return;
      asked = url.href;
      if (fields[0].value.trim().length < 4) {
        box.replaceChildren();
        return;
      }
      if (latest) latest.abort();
      latest = new AbortController();
      try {
        const answer = await fetch(url, { signal: latest.signal, credentials: "same-origin" });
        if (!answer.ok) return;
        const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#similar");
        if (part) box.replaceChildren(document.adoptNode(part));
      } catch {
        // the network is gone, or a later question took over: the form works without an answer
      }
    };
    form.addEventListener("input", (e) => {
      if (!fields.includes(e.target)) return;
      clearTimeout(timer);
      timer = setTimeout(ask, 600);
    });
  }

  const refused = document.querySelector("[role='alert'][tabindex='-1']");
  if (refused) refused.focus();
})();

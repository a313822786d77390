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

  const refused = document.querySelector("[role='alert'][tabindex='-1']");
  if (refused) refused.focus();
})();

// Puts names where a page says only that there is a holder: one request for all of them, and again for what htmx
// brings in. Without it those links say how to reach the holder; whoever may not read a name keeps seeing that.
(() => {
  "use strict";
  const AT_ONCE = 100, known = new Map(), asked = new Set();

  function fill() {
    const wanted = new Set();
    for (const link of document.querySelectorAll("a[data-person]")) {
      const person = link.dataset.person, name = known.get(person);
      if (name === undefined) { if (!asked.has(person)) wanted.add(person); }
      else if (link.textContent !== name) { link.textContent = name; link.translate = false; }
    }
    const persons = [...wanted];
    persons.forEach((person) => asked.add(person));
    for (let at = 0; at < persons.length; at += AT_ONCE) ask(persons.slice(at, at + AT_ONCE));
  }

  async function ask(persons) {
    try {
      const answer = await fetch("/partnerships/v1/names?persons=" + persons.join(","), { credentials: "same-origin" });
      if (!answer.ok) return;
      for (const { person, name } of (await answer.json()).items) known.set(person, name);
      fill();
    } catch { /* the links stay as they were drawn */ }
  }

  fill();
  new MutationObserver(fill).observe(document.body, { childList: true, subtree: true, characterData: true });
})();

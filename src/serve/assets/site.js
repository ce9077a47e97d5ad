'use strict';
// Comfort for pages that work without it: copying commands, filling placeholders as they are typed, results while
// searching. What a value may look like in a command is decided by `quote` in fill.js, the twin of a function of the
// server. No request leaves the site, and nothing is written into a page other than as text.
(() => {
  const root = document.currentScript.dataset.root;
  const make = (name, attributes, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  // --- Commands ---------------------------------------------------------------------------------------------------
  const said = make('p', { class: 'hidden', role: 'status' });
  document.body.append(said);

  const runnable = (block) => [...block.querySelectorAll('.l')].map((line) => line.textContent).join('\n');

  async function copy(text, button) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without a secure context there is no clipboard, but the old way still works.
      const area = make('textarea', { class: 'hidden', readonly: '' });
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
      button.focus();
    }
    const before = button.textContent;
    button.textContent = 'Copied';
    said.textContent = 'Copied to the clipboard';
    setTimeout(() => {
      button.textContent = before;
      said.textContent = '';
    }, 1500);
  }

  let count = 0;
  for (const block of document.querySelectorAll('article .run:not(code)')) {
    count += 1;
    const effect = block.querySelector('.effect').textContent;
    const button = make('button', { type: 'button', class: 'copy', 'aria-label': `Copy command ${count}, ${effect}` }, 'Copy');
    button.addEventListener('click', () => copy(runnable(block), button));
    block.querySelector('.effect').append(button);
  }

  // --- Placeholders -----------------------------------------------------------------------------------------------
  const form = document.querySelector('form[data-parameters]');
  if (form) {
    const inputs = [...form.querySelectorAll('input[data-parameter]')];
    // What the server filled in stands for an empty field too, so that clearing a field brings the placeholder back.
    const fill = (key, value) => {
      for (const place of document.querySelectorAll(`article .p[data-p="${CSS.escape(key)}"]`)) {
        place.dataset.raw ??= place.textContent;
        const [quotes, ...flags] = place.dataset.q.split(' ');
        const has = (flag) => flags.includes(flag);
        const written = value === '' ? null : quote(value, quotes, has('nested'), has('start'), has('command'));
        place.textContent = written ?? place.dataset.raw;
        place.classList.toggle('bound', written !== null);
        place.classList.toggle('refused', value !== '' && written === null);
        place.title = written !== null ? 'typed' : value === '' ? '' : 'this value cannot stand here';
      }
    };
    // Values that differ from what the server knows live in the fragment, so that the link can be shared.
    const [anchor, typed] = location.hash.slice(1).split('?');
    const values = new URLSearchParams(typed ?? '');
    const share = () => {
      const query = values.toString();
      history.replaceState(null, '', `#${anchor}${query ? `?${query}` : ''}`);
    };
    for (const input of inputs) {
      const key = input.dataset.parameter;
      const note = document.getElementById(input.getAttribute('aria-describedby'));
      const known = input.value;
      const origin = note.firstElementChild;
      const originally = origin.textContent;
      const apply = () => {
        fill(key, input.value);
        origin.textContent = input.value === known ? originally : input.value === '' ? 'not filled' : 'typed';
      };
      if (values.has(key)) {
        input.value = values.get(key);
        apply();
      }
      input.addEventListener('input', () => {
        if (input.value === known) values.delete(key);
        else values.set(key, input.value);
        apply();
        share();
      });
    }
    // Values are filled in as they are typed.
    form.querySelector('button').hidden = true;
    form.addEventListener('submit', (event) => {
      // The page is filled already. Only another object needs the server.
      const object = form.elements['page.target'];
      const chosen = object?.tagName === 'SELECT' && [...object.options].find((option) => option.defaultSelected);
      if (!object || object.tagName !== 'SELECT' || object.value === (chosen ? chosen.value : '')) event.preventDefault();
    });
    form.elements['page.target']?.addEventListener?.('change', () => form.requestSubmit());
    if (typed !== undefined && anchor) document.getElementById(anchor)?.scrollIntoView();
  }

  // --- Search -----------------------------------------------------------------------------------------------------
  const field = document.getElementById('page.search');
  const box = field.form;
  const list = make('ul', { class: 'suggestions', id: 'page.suggestions', role: 'listbox', 'aria-label': 'Results', hidden: '' });
  box.append(list);
  for (const [key, value] of Object.entries({
    role: 'combobox',
    'aria-expanded': 'false',
    'aria-controls': 'page.suggestions',
    'aria-autocomplete': 'list',
  })) {
    field.setAttribute(key, value);
  }
  let asked = 0;
  let active = -1;
  const close = () => {
    list.hidden = true;
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-activedescendant');
    active = -1;
  };
  const pick = (index) => {
    const options = [...list.children];
    if (!options.length) return;
    active = (index + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute('aria-selected', String(at === active)));
    field.setAttribute('aria-activedescendant', options[active].id);
    options[active].scrollIntoView({ block: 'nearest' });
  };
  const open = (option) => {
    if (option?.dataset.address) location.assign(option.dataset.address);
  };
  const pieces = (all) => all.map((piece) => (piece.marked ? make('mark', {}, piece.text) : piece.text));
  async function suggest() {
    const query = field.value.trim();
    const turn = (asked += 1);
    if (query === '') return close();
    let found;
    try {
      const answer = await fetch(`${root}api/v1alpha1/search?q=${encodeURIComponent(query)}`);
      found = await answer.json();
    } catch {
      return close();
    }
    // An answer that was overtaken by a later one says nothing.
    if (turn !== asked || !found.items) return;
    list.replaceChildren(
      ...found.items.slice(0, 8).map((item, index) => {
        const title = make('span', { class: 'title', lang: item.language }, ...pieces(item.titlePieces));
        const place = make('span', { class: 'kind' }, `${item.kind} in ${item.namespace}`);
        const snippet = make('span', { class: 'snippet', lang: item.language }, ...pieces(item.snippet));
        const option = make('li', { role: 'option', id: `page.option.${index}`, 'aria-selected': 'false' }, title, ' ', place, snippet);
        option.dataset.address = root + item.path;
        return option;
      }),
    );
    if (!found.items.length) {
      list.replaceChildren(make('li', { role: 'option', 'aria-disabled': 'true' }, 'Nothing found'));
    }
    list.hidden = false;
    field.setAttribute('aria-expanded', 'true');
    // A reader who chose a line already keeps the line.
    const chosen = active;
    active = -1;
    if (chosen >= 0 && found.items.length) pick(Math.min(chosen, list.children.length - 1));
  }
  field.addEventListener('input', suggest);
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      close();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list.hidden) suggest();
      else pick(active < 0 && event.key === 'ArrowUp' ? -1 : active + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (event.key === 'Enter' && active >= 0) {
      event.preventDefault();
      open(list.children[active]);
    }
  });
  list.addEventListener('mousedown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => open(event.target.closest('li')));
  field.addEventListener('blur', close);
  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest('input, textarea, select');
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  });
})();

'use strict';
// Reloads the page when a new snapshot is published. A page that the reader left keeps no connection: browsers keep such
// pages for a while and allow few connections to one server.
(() => {
  const address = document.currentScript.dataset.changes;
  let changes = null;
  const listen = () => {
    changes ??= new EventSource(address);
    changes.onmessage = () => location.reload();
  };
  addEventListener('pagehide', () => {
    changes?.close();
    changes = null;
  });
  addEventListener('pageshow', listen);
  listen();
})();

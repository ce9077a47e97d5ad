// Preview only: reload when a new snapshot is published. Scroll and fragment are kept by the browser.
(() => {
  const script = document.currentScript;
  const source = new EventSource(script.dataset.changes);
  source.addEventListener("message", () => location.reload());
})();

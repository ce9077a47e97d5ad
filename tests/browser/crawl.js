// All pages that can be reached by links below an address. Other forms of a page, such as its Markdown, are no pages.
async root => {
  const found = new Set([root]);
  let next = [root];
  while (next.length > 0) {
    const texts = await Promise.all(next.splice(0, 20).map(async url => {
      const answer = await fetch(url);
      const html = (answer.headers.get("content-type") ?? "").startsWith("text/html");
      if (!answer.ok || !html) found.delete(url);
      // An alias leads elsewhere, and that is the page.
      if (answer.redirected) found.delete(url);
      return [answer.url, answer.ok && html ? await answer.text() : ""];
    }));
    for (const [base, text] of texts) {
      for (const link of new DOMParser().parseFromString(text, "text/html").querySelectorAll("a[href]")) {
        let url;
        try { url = new URL(link.getAttribute("href"), base); } catch { continue; }
        url.hash = "";
        url.search = "";
        if (url.href.startsWith(root) && !found.has(url.href)) {
          found.add(url.href);
          next.push(url.href);
        }
      }
      if (base !== "" && base.startsWith(root) && text !== "") found.add(base);
    }
  }
  return [...found];
}

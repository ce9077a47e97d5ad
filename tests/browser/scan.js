// What on a page could do harm by being there, whether or not a policy stops it. Nothing here asks how a text was
// spelled: the browser has read it, and what counts is what it made of it.
(page, site) => {
  // A form and a document answer with an element of that name when they are asked for a property.
  const getter = (type, name) => {
    const { get } = Object.getOwnPropertyDescriptor(type.prototype, name);
    return object => get.call(object);
  };
  const tagOf = getter(Element, "tagName");
  const attributesOf = getter(Element, "attributes");
  const htmlOf = getter(Element, "outerHTML");
  const textOf = getter(Node, "textContent");
  const attribute = (element, name) => Element.prototype.getAttribute.call(element, name) ?? "";
  const all = css => Document.prototype.querySelectorAll.call(page, css);
  const found = [];
  const shown = element => htmlOf(element).slice(0, 160);
  const tell = (element, what) => found.push(`${what}: ${shown(element)}`);
  const anywhere = new Set("APPLET AREA AUDIO BASE BGSOUND DIALOG EMBED FENCEDFRAME FRAME FRAMESET IFRAME LISTING MAP MARQUEE MATH NOEMBED NOFRAMES OBJECT PLAINTEXT PORTAL STYLE TRACK VIDEO XMP".split(" "));
  const inText = new Set("BODY FORM HEAD HTML LINK META NOSCRIPT SCRIPT SELECT SLOT SVG TEMPLATE TEXTAREA TITLE".split(" "));
  const loads = new Set("action background code codebase data formaction href lowsrc manifest poster src srcset xlink:href".split(" "));
  const leaves = new Set(["A:href"]);
  const refresh = /^(refresh|set-cookie|content-security-policy|default-style)$/i;
  for (const element of all("*")) {
    const tag = tagOf(element).toUpperCase();
    const text = Element.prototype.closest.call(element, "article") !== null && tag !== "ARTICLE";
    if (anywhere.has(tag)) tell(element, "element");
    if (text && inText.has(tag)) tell(element, "element in a text");
    // A name with a dash or a colon, or one nobody knows, was made up by somebody.
    if (element instanceof HTMLUnknownElement) tell(element, "unknown element");
    if (text && tag === "INPUT" && attribute(element, "type") !== "checkbox") tell(element, "input in a text");
    if (tag === "SCRIPT" && textOf(element).trim() !== "" && !/^(application\/json|text\/plain)$/.test(attribute(element, "type"))) tell(element, "inline script");
    if (tag === "META" && refresh.test(attribute(element, "http-equiv"))) tell(element, "meta");
    if (["FORM", "IMG", "IFRAME", "OBJECT", "EMBED"].includes(tag) && attribute(element, "name") !== "") tell(element, "name that shadows the document's");
    for (const { name, value } of attributesOf(element)) {
      if (name.startsWith("on")) tell(element, "handler");
      if (/^(style|srcdoc|ping|autofocus|accesskey|contenteditable|popover|popovertarget|is|hx-.*|x-.*|ng-.*|v-.*|:.*|@.*)$/.test(name) && text) tell(element, `attribute ${name}`);
      if (name === "style" || name === "srcdoc" || name === "ping") tell(element, `attribute ${name}`);
      if (name === "cite" || name === "longdesc") tell(element, `attribute ${name}`);
      if (!/^[a-z][a-z0-9:_-]*$/i.test(name)) tell(element, "attribute of an odd name");
      if (!loads.has(name)) continue;
      let url;
      try { url = new URL(value, site); } catch { tell(element, "no address"); continue; }
      const link = leaves.has(`${tag}:${name}`);
      const schemes = link ? ["http:", "https:", "mailto:", "tel:"] : ["http:", "https:"];
      // Data that can only be a picture asks nobody and runs nothing.
      const picture = name === "src" && tag === "IMG" && /^data:image\/(gif|jpeg|png|webp);base64,/.test(url.href);
      const icon = tag === "LINK" && attribute(element, "rel") === "icon" && url.protocol === "data:";
      if (picture) continue;
      if (!schemes.includes(url.protocol) && !icon) tell(element, `scheme ${url.protocol}`);
      if (!link && !icon && url.origin !== new URL(site).origin) tell(element, `loads from ${url.host}`);
      if (url.username !== "" || url.password !== "") tell(element, "user name in an address");
      // Who reads `/\host` or `//host` as a path of this site is led away from it.
      if (link && /^http/.test(url.protocol) && url.host !== new URL(site).host && !/^https?:\/\/[^\\]/i.test(value)) tell(element, "hidden host");
      if (link && url.host !== new URL(site).host && /^http/.test(url.protocol) && !/\bnoopener\b/.test(attribute(element, "rel"))) tell(element, "link without noopener");
    }
  }
  const ids = new Set();
  for (const element of all("[id]")) {
    const id = attribute(element, "id");
    if (ids.has(id)) tell(element, "id for the second time");
    ids.add(id);
  }
  return [...new Set(found)];
}

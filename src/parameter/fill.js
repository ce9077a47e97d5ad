// The browser's half of quote.rs: the same rule for what a reader types. A test runs both over the same pairs.
// `quotes` is none, single, double, heredoc, heredoc-quoted, data or prose. Null: the value must not be inserted.
function quote(value, quotes, nested, wordStart, commandWord) {
  const unseen =
    /[\p{Cc}\p{Cs}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/u;
  if (value === "" || [...value].length > 253 || unseen.test(value)) return null;
  if (quotes === "prose") return value;
  if (commandWord) return null;
  const starts = wordStart || nested;
  if (starts && value.startsWith("-")) return null;
  const special = (starts && /^[@=%]/.test(value)) || (nested && value.includes("="));
  if (/^[A-Za-z0-9_./:@%+=-]+$/.test(value) && !special) return value;
  if (nested) return null;
  switch (quotes) {
    case "none":
      return "'" + value.replaceAll("'", "'\\''") + "'";
    case "single":
      return value.replaceAll("'", "'\\''");
    case "double":
      return value.includes("!") ? null : value.replace(/[\\"$`]/g, "\\$&");
    case "heredoc":
      return value.includes("!") ? null : value.replace(/[\\$`]/g, "\\$&");
    case "heredoc-quoted":
      return value.includes("!") ? null : value;
    default:
      return null;
  }
}

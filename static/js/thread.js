// A ticket opens where its reader goes on: at the line before what is new, else at the newest message.
const scroller = document.getElementById("conversation");

export function goToNew() {
  const line = document.getElementById("unread");
  const messages = scroller.querySelectorAll(".message");
  const isNewestFirst = scroller.hasAttribute("data-newest-first");
  if (line && !isNewestFirst) line.scrollIntoView({ block: "start" });
  else if (!isNewestFirst && messages.length > 1) messages[messages.length - 1].scrollIntoView({ block: "start" });
  else scroller.scrollTop = 0;
}

if (scroller && !location.hash && scroller.scrollTop === 0) {
  const kind = performance.getEntriesByType("navigation")[0]?.type;
  if (kind === "navigate") goToNew();
}

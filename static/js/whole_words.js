// What a column of a list cuts off is told when the pointer rests on it: rows carry no titles of what they show.
const CUT = ".tickets .ticket :is(.title, .snippet > bdi, .tag:not(.more), td:nth-last-child(5) > bdi, td:nth-last-child(3) > *)";
const INITIALS = ".tickets .ticket > [data-initials]";

document.addEventListener("pointerover", (event) => {
  const whose = event.target.closest?.(INITIALS);
  if (whose) whose.title = [...whose.children].map((each) => each.textContent).filter(Boolean).join(", ");
  const place = event.target.closest?.(CUT);
  if (!place) return;
  if (place.scrollWidth > place.clientWidth) place.title = place.textContent;
  else place.removeAttribute("title");
});

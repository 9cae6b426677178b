// What a column cuts off is told in full when the pointer rests on it. Rows carry no title for what is shown whole.
const CUT = ".tickets :is(.title, .text, .two > *, .tag > span)";

document.addEventListener("pointerover", (event) => {
  const place = event.target.closest?.(CUT);
  if (!place) return;
  if (place.scrollWidth > place.clientWidth) place.title = place.textContent;
  else place.removeAttribute("title");
});

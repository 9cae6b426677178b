// A button with data-prints opens the browser's print dialog. It stays hidden where there is no script.
for (const button of document.querySelectorAll("[data-prints][hidden]")) button.hidden = false;

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) window.print();
});

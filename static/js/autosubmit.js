// A field marked data-autosubmit sends its form as soon as it changes; the form keeps a button inside <noscript>.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-autosubmit]")) event.target.form?.requestSubmit();
});

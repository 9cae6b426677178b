// Textareas marked data-grows are as high as what is written in them, where the browser cannot do it by CSS.
if (!CSS.supports("field-sizing", "content")) {
  const fit = (textarea) => {
    const sheet = textarea.style; // set by script, which the content security policy allows
    sheet.blockSize = "auto";
    sheet.blockSize = `${textarea.scrollHeight + 2}px`;
  };
  document.addEventListener("input", (event) => event.target.matches("textarea[data-grows]") && fit(event.target));
  document.querySelectorAll("textarea[data-grows]").forEach(fit);
}

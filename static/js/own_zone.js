// A select of time zones marked data-own-zone starts with the zone of this browser, where nobody has chosen yet.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const select of document.querySelectorAll("select[data-own-zone]")) {
  const known = [...select.options].some((option) => option.value === zone);
  if (known && select.value === "UTC" && !select.form.querySelector("[aria-invalid]")) select.value = zone;
}

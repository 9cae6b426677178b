// What is being typed, as it will be read: <textarea data-preview="id of the place">.
document.addEventListener("input", (event) => {
  const place = document.getElementById(event.target.dataset?.preview ?? "");
  if (place) place.textContent = event.target.value;
});

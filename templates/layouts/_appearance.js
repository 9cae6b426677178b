for (const name of "chosen" in document.documentElement.dataset ? [] : ["theme", "density"]) {
  const chosen = localStorage.getItem(name);
  if (chosen) document.documentElement.dataset[name] = chosen;
}

// Not a module, so that it runs before anything is painted. Without a choice the system's holds.
{
  const chosen = localStorage.getItem("sirocco.theme");
  if (chosen === "dark" || chosen === "light") {
    document.documentElement.dataset.theme = chosen;
  }
}

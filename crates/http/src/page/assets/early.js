// Sets the visitor's choice of light or dark before anything is painted; theme.js changes it.
try {
  const choice = JSON.parse(localStorage.getItem("lodger.theme"));
  if (choice) document.documentElement.dataset.theme = choice;
} catch {
  // storage is switched off: the system's choice it is
}

// Runs before the first paint, so that a chosen theme never flashes. The only script that is not a module.
(() => {
  try {
    const theme = localStorage.getItem('tellerline.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is forbidden here: the system's theme stands.
  }
})();

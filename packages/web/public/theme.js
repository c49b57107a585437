// Before the first paint: what the person chose, so that nothing flashes.
try {
  const look = localStorage.getItem('freehold.look')
  if (look === 'light' || look === 'dark') document.documentElement.dataset.look = look
} catch {
  // Storage is switched off: the system's choice stands.
}

// Escape hides the card of the number in focus or under the pointer; moving on shows cards again.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.body.classList.add("cw-quiet");
});
for (const moved of ["focusin", "mouseover"]) {
  document.addEventListener(moved, (event) => {
    if (event.target.closest(".cw-card") === null) document.body.classList.remove("cw-quiet");
  });
}

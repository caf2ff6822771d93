// Escape hides the card of the number in focus or under the pointer; moving on shows cards again.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.body.classList.add("cw-quiet");
});
for (const moved of ["focusin", "mouseover"]) {
  document.addEventListener(moved, (event) => {
    if (event.target.closest(".cw-card") === null) document.body.classList.remove("cw-quiet");
  });
}
// What a link or the contents lead to is unfolded before it is shown.
const unfold = () => {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  for (let one = target; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
  if (target) target.scrollIntoView();
};
addEventListener("hashchange", unfold);
unfold();

// A click on a moment plays there, and a remark knows the player's time. Everything works without.
"use strict";
const player = document.getElementById("player");
const spoken = (at) => {
  const s = Math.floor(at), two = (n) => String(n).padStart(2, "0");
  const rest = `${Math.floor(s / 60) % 60}:${two(s % 60)}`;
  return s < 3600 ? rest : `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
};
const moments = [...document.querySelectorAll("a[data-at]")];
for (const moment of moments) {
  moment.addEventListener("click", (event) => {
    event.preventDefault();
    player.currentTime = Number(moment.dataset.at);
    void player.play();
  });
}
const marks = moments.filter((moment) => !moment.closest("details"));
player.addEventListener("timeupdate", () => {
  const now = marks.filter((mark) => Number(mark.dataset.at) <= player.currentTime).pop();
  for (const mark of marks) {
    if (mark === now) mark.setAttribute("aria-current", "true");
    else mark.removeAttribute("aria-current");
  }
});
const at = document.getElementById("at"), now = document.getElementById("now");
if (at && now) {
  now.hidden = false;
  const take = () => { at.value = spoken(player.currentTime); };
  now.addEventListener("click", take);
  document.getElementById("text").addEventListener("focus", () => { if (!at.value && player.currentTime > 0) take(); });
}

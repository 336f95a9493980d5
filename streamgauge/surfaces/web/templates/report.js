"use strict";
(() => {
  const page = document.getElementById("page");
  const monthNames = new Intl.DateTimeFormat("en", { month: "short", year: "numeric", timeZone: "UTC" });
  const nameOf = (bucket) => monthNames.format(new Date(`${bucket}-01T00:00:00Z`));
  let wanted = "";
  let opener = null;

  const filter = (proof, bucket) => {
    let seen = 0;
    for (const row of proof.querySelectorAll(".records tbody tr")) {
      row.hidden = bucket !== "" && row.dataset.bucket !== bucket;
      seen += row.hidden ? 0 : 1;
    }
    const choice = proof.querySelector(".choice select");
    if (choice) {
      const known = [...choice.options].some((option) => option.value === bucket);
      if (!known) choice.add(new Option(nameOf(bucket), bucket));
      choice.value = bucket;
    }
    const words = proof.querySelector(".picked");
    if (!words) return;
    const command = proof.querySelector(".query .small code");
    words.textContent = bucket === "" ? ""
      : `${seen} of those count in ${nameOf(bucket)}. For all of that month: ${command.textContent} --bucket ${bucket}`;
  };

  const follow = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id ? document.getElementById(id) : null;
    const proof = target && target.classList.contains("proof") ? target : null;
    page.inert = Boolean(proof);
    document.documentElement.classList.toggle("reading", Boolean(proof));
    if (proof) {
      if (!proof.classList.contains("statement")) filter(proof, wanted);
      proof.querySelector(".close").focus({ preventScroll: true });
      proof.querySelector(".panel").scrollTop = 0;
    } else {
      const brief = target && target.closest("details");
      if (brief) brief.open = true;
      if (opener && opener.isConnected) opener.focus({ preventScroll: true });
      opener = null;
    }
    wanted = "";
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    if (page.contains(link)) opener = link.closest("svg") ? null : link;
    if (link.hasAttribute("data-bucket")) wanted = link.dataset.bucket;
  });
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.querySelector(".proof:target .close");
    if (open) open.click();
  });
  document.addEventListener("change", (event) => {
    const proof = event.target.closest(".proof");
    if (proof && event.target.matches(".choice select")) filter(proof, event.target.value);
  });
  for (const choice of document.querySelectorAll(".choice")) choice.hidden = false;
  window.addEventListener("hashchange", follow);
  follow();
})();

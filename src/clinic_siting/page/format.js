/* Figures and sentences as a reader expects them. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Words = (() => {
  const fixed = (value, digits) => {
    if (!Number.isFinite(value)) return "–";
    const text = Math.abs(value).toFixed(digits);
    const minus = value < 0 && Number(text) !== 0 ? "−" : "";
    return minus + text.replace(/\B(?=(\d{3})+(?!\d))/, ",");
  };
  const minutes = (value) => (Number.isFinite(value) ? fixed(value, 1) : "no route");
  const whole = (value) => fixed(value, 0);
  /* Real counts reach a page spread over each alliance, so that what a clinic receives is an estimate. */
  const counted = (value, meta) => (meta.estimated ? 5 * Math.round(value / 5) : Math.round(value));
  const patients = (value, meta) => `${meta.estimated ? "about " : ""}${whole(counted(value, meta))}`;
  const percent = (share) => `${fixed(100 * share, 0)} %`;
  const signed = (value, digits) => {
    const text = fixed(value, digits);
    return Number(text.replace("−", "-").replace(",", "")) > 0 ? `+${text}` : text;
  };

  /* Hundreds in prose: 17,100,000 people are 17.1 million. */
  function people(count) {
    if (count >= 1e6) return `${fixed(count / 1e6, 1)} million people`;
    return `${whole(Math.round(count / 100) * 100)} people`;
  }

  function list(parts) {
    if (parts.length < 2) return parts.join("");
    return `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
  }

  function moves(before, after, unit) {
    if (!Number.isFinite(before)) return `comes to ${Math.round(after)}${unit}`;
    const low = Math.round(before);
    const high = Math.round(after);
    if (low === high) return `stays at ${low}${unit}`;
    return `${high < low ? "falls" : "rises"} from ${low}${unit} to ${high}${unit}`;
  }

  function headline(before, after, standard) {
    return (
      `The average journey ${moves(before.mean, after.mean, "")} minutes; the share within ${standard} minutes ` +
      `${moves(100 * before.coverage, 100 * after.coverage, " %")}.`
    );
  }

  /* An arrow, a figure and a word, so that colour never stands alone. */
  function change(before, after, words, digits = 1) {
    if (!Number.isFinite(before)) return { text: "no clinic today", kind: "same" };
    const difference = Number((after - before).toFixed(digits));
    if (difference === 0) return { text: "no change", kind: "same" };
    const better = difference < 0;
    return {
      text: `${better ? "↓" : "↑"} ${fixed(Math.abs(difference), digits)} ${better ? words[0] : words[1]}`,
      kind: better ? "better" : "worse",
    };
  }

  const SET_WORDS = { 1: ["site", "sites"], 2: ["pair", "pairs"] };
  const setWord = (size, count) => (SET_WORDS[size] || ["set", "sets"])[count === 1 ? 0 : 1];

  return { change, counted, fixed, headline, list, minutes, patients, people, percent, setWord, signed, whole };
})();

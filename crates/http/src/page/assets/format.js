// Values as people read them.

export const STAGES = [
  { name: "1_initial_research", title: "Initial research" },
  { name: "2_planning", title: "Planning" },
  { name: "3_parallel_research", title: "Parallel research" },
  { name: "4_writing", title: "Writing" },
];

export const STATUSES = { in_progress: "In progress", completed: "Completed", failed: "Failed" };

export function stageTitle(name) {
  return STAGES.find((it) => it.name === name)?.title ?? name;
}

export function bytes(count) {
  if (count < 1000) return `${count} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = count;
  let unit = -1;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** "1 draft", "2 drafts". */
export function counted(count, word) {
  return `${count.toLocaleString()} ${word}${count === 1 ? "" : "s"}`;
}

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "long" });
const STEPS = [
  [60, "minute"],
  [3600, "hour"],
  [86_400, "day"],
  [604_800, "week"],
];

/** How long ago: "just now", "5 minutes ago", and a date once that says more. */
export function ago(iso, now = Date.now()) {
  const then = new Date(iso);
  const seconds = Math.max(0, (now - then.getTime()) / 1000);
  if (seconds < 45) return "just now";
  let [size, unit] = STEPS[0];
  for (const step of STEPS) if (seconds >= step[0] * 0.95) [size, unit] = step;
  if (seconds > 4 * 604_800) return then.toLocaleDateString(undefined, { dateStyle: "medium" });
  return RELATIVE.format(-Math.max(1, Math.round(seconds / size)), unit);
}

export function dateTime(iso) {
  return new Date(iso).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

/** Gives the visitor a file to keep. */
export function save(blob, name) {
  const href = URL.createObjectURL(blob);
  const link = document.createElement("a");
  Object.assign(link, { href, download: name });
  link.click();
  // the browser has taken it over by then
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

/** The last part of a path. */
export function fileName(path) {
  return path.split("/").pop() || path;
}

/** A draft's path without its stage, which stands above it already. */
export function withinStage(file) {
  const prefix = `${file.stage}/`;
  return file.file_path.startsWith(prefix) ? file.file_path.slice(prefix.length) : file.file_path;
}

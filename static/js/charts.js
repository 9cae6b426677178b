// Charts, drawn by uPlot from the tables of the page: the table is the truth, and stays. One chart so far: bars for the
// first column of numbers, a line for the second. Whoever uses the keyboard or listens has the table.
const { uPlot } = globalThis;
const ROOM = 56; // pixels a label of the axis needs

function readTable(table) {
  const rows = [...table.tBodies[0].rows].filter((row) => row.cells.length > 2);
  return {
    heads: [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim()),
    names: rows.map((row) => row.cells[0].textContent.trim()),
    links: rows.map((row) => row.cells[1].querySelector("a")?.href),
    words: rows.map((row) => [1, 2].map((place) => row.cells[place].textContent.trim())),
    numbers: [1, 2].map((place) => rows.map((row) => numberOf(row.cells[place]))),
  };
}

// The count behind a link, as digits: what is written is grouped as the reader groups them.
const numberOf = (cell) => Number(cell.querySelector("a")?.dataset.tickets ?? 0);

// Tokens hold light-dark(…): only a property that is a colour tells which of both it is.
function coloursOf(place) {
  const probe = document.createElement("i");
  place.append(probe);
  const found = {};
  for (const name of ["bars", "ruled", "halo", "grid", "ticks"]) {
    probe.style.color = `var(--${name})`;
    found[name] = getComputedStyle(probe).color;
  }
  const { fontFamily } = getComputedStyle(place);
  probe.remove();
  return { ...found, font: `12px ${fontFamily}` };
}

function draw(place, data) {
  const colours = coloursOf(place);
  const { numbers, names } = data;
  const places = names.map((_name, index) => index);
  const isRtl = getComputedStyle(place).direction === "rtl";
  const axis = { stroke: colours.ticks, font: colours.font, ticks: { show: false } };
  const options = {
    width: place.clientWidth,
    height: place.clientHeight,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: {
      x: { time: false, dir: isRtl ? -1 : 1, range: [-0.6, names.length - 0.4] },
      y: { range: (_plot, _low, high) => [0, Math.max(4, high * 1.05)] },
    },
    axes: [
      {
        ...axis,
        size: 28,
        grid: { show: false },
        splits: (plot) => evenly(places, Math.ceil((places.length * ROOM) / Math.max(plot.bbox.width / devicePixelRatio, 1))),
        values: (_plot, splits) => splits.map((index) => names[index] ?? ""),
      },
      { ...axis, size: 44, side: isRtl ? 1 : 3, grid: { stroke: colours.grid, width: 1 }, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000], space: 40 },
    ],
    series: [
      {},
      { fill: colours.bars, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.62, 40], radius: 0.12 }) },
      { stroke: colours.halo, width: 6, points: { show: false } },
      { stroke: colours.ruled, width: 2, points: { show: names.length === 1, fill: colours.ruled } },
    ],
    hooks: { setCursor: [(plot) => tell(place, data, plot.cursor.idx)] },
  };
  return new uPlot(options, [places, numbers[0], numbers[1], numbers[1]], place);
}

const evenly = (places, step) => places.filter((index) => index % Math.max(step, 1) === 0);

function tell(place, data, index) {
  const said = place.parentElement.querySelector("[data-told]");
  const [, created, resolved] = data.heads;
  said.textContent = index == null ? "" : `${data.names[index]}: ${created} ${data.words[index][0]}, ${resolved} ${data.words[index][1]}`;
  place.classList.toggle("leads", Boolean(data.links[index]));
}

function connect(place) {
  const table = document.getElementById(place.dataset.plots);
  const data = table && readTable(table);
  if (!data?.names.length) return;
  let plot = draw(place, data);
  const again = () => {
    plot.destroy();
    plot = draw(place, data);
  };
  new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: place.clientHeight })).observe(place);
  new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  place.addEventListener("click", () => {
    const url = data.links[plot.cursor.idx];
    if (url) location.assign(url);
  });
}

for (const place of document.querySelectorAll("[data-plots]")) connect(place);

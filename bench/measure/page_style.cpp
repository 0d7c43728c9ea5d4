#include "bench/measure/page_style.hpp"

namespace bench {

// Colours stand 4.5:1 (text) or 3:1 (lines) off what is behind them, in both schemes.  Paper is
// light.  Text inside charts grows where the charts shrink.
const std::string_view page_style = R"css(
:root {
  --ground: #ffffff; --box: #f4f5f7; --text: #1b1f24; --faint: #57606a; --rule: #d5d9de;
  --ok: #156a2c; --ok-box: #e6f5ea; --warn: #7a4d00; --warn-box: #fff3d6;
  --bad: #a3161f; --bad-box: #fdeaea;
  --c0: #0b5fc0; --c1: #b3420a; --c2: #1a7f37; --c3: #7a3ed6;
  --c4: #a8195b; --c5: #00707a; --c6: #6b5b00; --c7: #4a4f57;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #14171c; --box: #1f242b; --text: #e6e9ed; --faint: #a3acb7; --rule: #3a414b;
    --ok: #6fdc8c; --ok-box: #14301d; --warn: #ffc85c; --warn-box: #352a10;
    --bad: #ff9a9a; --bad-box: #3b1a1d;
    --c0: #6cb2ff; --c1: #ff9d5c; --c2: #5fd38a; --c3: #c4a1ff;
    --c4: #ff8ab8; --c5: #4dd0d8; --c6: #d8c24a; --c7: #b5bcc6;
  }
}
* { box-sizing: border-box; }
html { color-scheme: light dark; -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; max-width: 68rem; padding: 1.5rem 1rem 3rem; overflow-wrap: break-word;
  background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif;
}
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: .6rem 0; max-width: 46rem; }
.subtitle, .note { color: var(--faint); }
.subtitle { max-width: none; }
.note { font-size: .875rem; margin: .3rem 0 0; }

.verdict { margin: 1.2rem 0; padding: .8rem 1rem; border-left: .4rem solid var(--faint); background: var(--box); }
.verdict p { margin: 0; font-weight: 600; max-width: none; }
.verdict ul { margin: .4rem 0 0; padding-left: 1.2rem; }
.verdict.ok { border-color: var(--ok); background: var(--ok-box); }
.verdict.warn { border-color: var(--warn); background: var(--warn-box); }
.verdict.bad { border-color: var(--bad); background: var(--bad-box); }
.verdict.ok .sign, td.ok { color: var(--ok); }
.verdict.warn .sign, td.warn { color: var(--warn); }
.verdict.bad .sign, td.bad { color: var(--bad); }
td.ok, td.warn, td.bad { font-weight: 600; }

.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .7rem; margin: 1.2rem 0; }
.figures div { background: var(--box); padding: .7rem .9rem; border-radius: .4rem; }
.figures dt { color: var(--faint); font-size: .875rem; }
.figures dd { margin: 0; }
.figures .value { font-size: 1.4rem; line-height: 1.3; font-weight: 600; font-variant-numeric: tabular-nums; }
.figures .note { margin: 0; }

.scroll { overflow-x: auto; margin: .8rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .3rem; }
th, td { padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); }
thead th { color: var(--faint); font-weight: 600; font-size: .875rem; }
tbody th { font-weight: 400; min-width: 8.5rem; }
table.numbers th:not(:first-child), table.numbers td { text-align: right; padding: .3rem 0 .3rem 1.2rem; white-space: nowrap; }

.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1.6rem 2rem; margin: 1rem 0; align-items: start; }
.chart { margin: 0; min-width: 0; }
.chart > svg { display: block; width: 100%; height: auto; max-width: 40rem; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0 1.2rem; margin: .2rem 0 0; padding: 0; font-size: .875rem; }
.key { width: 36px; height: 14px; vertical-align: -2px; }
svg text { font-size: 13px; fill: var(--text); }
svg .name { fill: var(--faint); }
svg .row { font-weight: 600; }
svg .end { text-anchor: end; }
svg .middle { text-anchor: middle; }
.grid { stroke: var(--rule); stroke-width: 1; fill: none; }
.line { stroke: var(--c); stroke-width: 2; fill: none; stroke-linejoin: round; }
.mark { stroke: var(--c); stroke-width: 2; fill: var(--c); }
.hit { fill: transparent; }
.bar { fill: var(--c); }
.spread { stroke: var(--text); stroke-width: 1.5; fill: none; paint-order: stroke; }
path.limit { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 8 4; fill: none; }
text.limit { fill: var(--bad); }
.s0 { --c: var(--c0); } .s1 { --c: var(--c1); } .s2 { --c: var(--c2); } .s3 { --c: var(--c3); }
.s4 { --c: var(--c4); } .s5 { --c: var(--c5); } .s6 { --c: var(--c6); } .s7 { --c: var(--c7); }
.s1 .line, .s5 .line { stroke-dasharray: 7 3; }
.s2 .line, .s6 .line { stroke-dasharray: 2 3; }
.s3 .line, .s7 .line { stroke-dasharray: 9 3 2 3; }
.s4 .mark, .s5 .mark, .s6 .mark, .s7 .mark { fill: var(--ground); }

@media (max-width: 30rem) {
  body { padding: 1rem .8rem 2rem; }
  h1 { font-size: 1.35rem; }
  .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .figures .value { font-size: 1.15rem; }
  svg text { font-size: 16px; }
}
@media print {
  @page { margin: 15mm; }
  html { color-scheme: light; font-size: 13px; }
  body { max-width: none; padding: 0; }
  svg text { font-size: 15px; }
  .verdict, .figures div { border: 1px solid var(--rule); }
  .charts { grid-template-columns: 1fr 1fr; }
  .chart, .figures, .verdict, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  .scroll { overflow: visible; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)css";

} // namespace bench

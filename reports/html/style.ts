/** The page's style sheet: dark and light by the reader's setting, and paper. */
import { TIMELINE_STYLE } from './timeline-style.ts';

export const STYLE = `
:root{--bg:#f6f7f9;--card:#fff;--ink:#1b2330;--soft:#566172;--line:#d8dde5;--link:#0b57b7;--code:#eef1f5;
--good:#0a6b3d;--good-bg:#e2f5ea;--bad:#b3151f;--bad-bg:#fdeaea;--unsure:#845400;--unsure-bg:#fff3d6;
--quiet:#566172;--quiet-bg:#e9ecf1;--proof:#6b2fb3;--proof-bg:#f1e8fc;--arrow:#5b6b80;--lane:#a9b3c1}
@media (prefers-color-scheme:dark){:root{--bg:#12161c;--card:#1a2029;--ink:#e6eaf0;--soft:#a3afbf;--line:#323b48;
--link:#7cb7ff;--code:#242c37;--good:#6fdca0;--good-bg:#143626;--bad:#ff8f8f;--bad-bg:#431d20;--unsure:#f2c162;
--unsure-bg:#3b2e10;--quiet:#a3afbf;--quiet-bg:#2a323e;--proof:#cfa8ff;--proof-bg:#35244d;--arrow:#93a3b8;--lane:#54606f}}
*{box-sizing:border-box}
html{font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;background:var(--bg);color:var(--ink);scroll-padding-top:1rem}
body{margin:0 auto;padding:1.5rem;max-width:1280px}
code,pre,.who,.number,.time{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,button:focus-visible,[tabindex]:focus-visible{outline:2px solid var(--link);outline-offset:2px}
h1{font-size:2.4rem;line-height:1.1;margin:.1rem 0}
h2{font-size:1.5rem;margin:2.2rem 0 0}
h3{font-size:1.15rem;margin:0;display:flex;gap:.6rem;align-items:center;flex-wrap:wrap}
h4{font-size:1rem;margin:0;display:inline}
h5{font-size:.8rem;margin:1rem 0 .3rem;color:var(--soft);text-transform:uppercase;letter-spacing:.05em}
p{margin:.3rem 0}
.muted{color:var(--soft);font-size:.88rem}
.top{background:var(--card);border:1px solid var(--line);border-left:8px solid var(--quiet);border-radius:10px;padding:1.2rem 1.5rem}
.top.good{border-left-color:var(--good)}.top.bad{border-left-color:var(--bad)}.top.unsure{border-left-color:var(--unsure)}
.top.good h1{color:var(--good)}.top.bad h1{color:var(--bad)}.top.unsure h1{color:var(--unsure)}
.brand{font-weight:700;margin:0}.brand span{font-weight:400;color:var(--soft)}
.tally{font-size:1.05rem}
.troubles{margin:.6rem 0;padding-left:1.2rem}.troubles li{margin:.3rem 0;overflow-wrap:anywhere}
.facts{display:flex;flex-wrap:wrap;gap:.5rem 2rem;margin:.8rem 0 0;align-items:end}.facts dt{color:var(--soft);font-size:.8rem}.facts dd{margin:0}.facts .wide{flex:1 1 24rem;min-width:0}
.command{display:flex;gap:.5rem;align-items:stretch;min-width:0;margin:.2rem 0}
.command code{background:var(--code);border:1px solid var(--line);border-radius:6px;padding:.35rem .6rem;white-space:pre-wrap;overflow-wrap:anywhere;user-select:all;flex:1 1 auto;min-width:0}
.command button{font:inherit;font-size:.85rem;border:1px solid var(--line);border-radius:6px;background:var(--card);color:var(--ink);padding:0 .8rem;cursor:pointer;min-width:5.2rem}
.command button:hover{border-color:var(--link);color:var(--link)}
nav{margin-top:1rem}nav td,nav th{overflow-wrap:break-word}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;background:var(--card);font-size:.9rem}
nav table,.pair table,.entries table{border:1px solid var(--line)}
caption{text-align:left;color:var(--soft);font-size:.8rem;font-weight:700;text-transform:uppercase;letter-spacing:.05em;padding:.4rem 0}
th,td{text-align:left;padding:.32rem .6rem;border-top:1px solid var(--line);vertical-align:baseline;overflow-wrap:anywhere}
thead th{color:var(--soft);font-size:.8rem;border-top:0;white-space:nowrap}
tbody th{font-weight:400}
td.number,th.number{white-space:nowrap;font-variant-numeric:tabular-nums}
tr.weak td,tr.weak th{color:var(--soft)}
tr.evidence,tr:target{background:var(--proof-bg)}
.pill,.tag{display:inline-block;border-radius:999px;padding:.05rem .6rem;font-size:.8rem;font-weight:600;white-space:nowrap}
.tag{padding:0 .45rem;font-size:.74rem;background:var(--quiet-bg);color:var(--quiet)}
.good.pill{background:var(--good-bg);color:var(--good)}.bad.pill{background:var(--bad-bg);color:var(--bad)}
.unsure.pill{background:var(--unsure-bg);color:var(--unsure)}.quiet.pill{background:var(--quiet-bg);color:var(--quiet)}
.tag.needed{background:var(--bad-bg);color:var(--bad)}.tag.proof{background:var(--proof-bg);color:var(--proof)}
.story{color:var(--soft);margin-bottom:.6rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.9rem 1.2rem;margin:.8rem 0}
.card.trouble{border-color:var(--bad)}
.self{color:inherit;text-decoration:none}.self:hover{text-decoration:underline}
.because{font-style:italic}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(26rem,100%),1fr));gap:0 1.5rem;align-items:start}
.pair>*{min-width:0}
.model{font-size:.9rem;margin:.8rem 0 0}.model dt{font-weight:600;margin-top:.4rem}.model dd{margin:.1rem 0 .1rem 1.2rem}
details{margin:.5rem 0}
summary{cursor:pointer}
td details{margin:0}td pre{min-width:22rem}
.failure{border:1px solid var(--line);border-radius:8px;padding:.5rem .9rem;overflow:clip}
.failure[open]{padding-bottom:.9rem}
.trouble .failure{border-color:var(--bad)}
.failure:target{outline:2px solid var(--link)}
.small{font-size:.88rem}
.says{overflow-wrap:anywhere;color:var(--soft);font-size:.88rem}
.says.big{color:inherit;font-size:1.05rem;margin:.7rem 0 0}
.faults{padding-left:1.4rem;margin:.2rem 0}.faults li{margin:.3rem 0;overflow-wrap:anywhere}
.sentence{white-space:normal;font-weight:600}
.ending{background:var(--unsure-bg);border-radius:6px;padding:.4rem .7rem;overflow-wrap:anywhere}
pre{background:var(--code);border-radius:6px;padding:.6rem .8rem;margin:.2rem 0;white-space:pre-wrap;overflow-wrap:anywhere}
pre[tabindex]{overflow:auto;max-height:22rem}
footer{color:var(--soft);font-size:.85rem;margin:2rem 0}
${TIMELINE_STYLE}
@media print{html{background:#fff}body{max-width:none;padding:0}.command button{display:none}.card,.top{break-inside:auto}
.timeline{max-height:none!important;overflow:visible!important}.rows li,tr,.pill{break-inside:avoid}pre[tabindex]{max-height:none}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`;

/** The page's style sheet: dark and light by the reader's setting, narrow and wide, and paper. */
import { RUN_STYLE } from './run-style.ts';
import { VIEW_STYLE } from './view-style.ts';

/** Every pair of ink and ground has a contrast of 4.5 or more, in both. */
const COLOURS = `
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1b2330;--soft:#525d6c;--line:#d8dde5;--link:#0b57b7;--code:#eef1f5;
--good:#0a6b3d;--good-bg:#e2f5ea;--bad:#b3151f;--bad-bg:#fdeaea;--unsure:#7d5000;--unsure-bg:#fff3d6;
--quiet:var(--soft);--quiet-bg:#e9ecf1;--proof:#6b2fb3;--proof-bg:#f1e8fc;--arrow:#5b6b80;--lane:#a9b3c1;--s5:#08707a;--s6:#a3246b}
@media screen and (prefers-color-scheme:dark){:root{--bg:#12161c;--card:#1a2029;--ink:#e6eaf0;--soft:#a9b4c3;--line:#323b48;
--link:#7cb7ff;--code:#242c37;--good:#6fdca0;--good-bg:#143626;--bad:#ff9a9a;--bad-bg:#431d20;--unsure:#f2c162;
--unsure-bg:#3b2e10;--quiet-bg:#2a323e;--proof:#cfa8ff;--proof-bg:#35244d;--arrow:#93a3b8;--lane:#54606f;--s5:#6fd6de;--s6:#ff9fd0}}
`;

const GROUND = `
*{box-sizing:border-box}
html{font:15px/1.5 system-ui,sans-serif;background:var(--bg);color:var(--ink);scroll-padding-top:1rem}
body{margin:0 auto;padding:1rem 1.5rem;max-width:1600px}
code,pre,kbd,.who,.number,.time,.n{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.86em}
a{color:var(--link)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
main:focus{outline:none}
h1{font-size:1.7rem;line-height:1.2;margin:.6rem 0 .2rem}
h2{font-size:1.2rem;margin:1.4rem 0 .3rem}
h3,h4{font-size:1rem;margin:.6rem 0 .2rem}
h4{font-size:.95rem}
.label,h5{font-size:.8rem;margin:.8rem 0 .3rem;color:var(--soft);font-weight:700}
p,details{margin:.3rem 0}
.muted{color:var(--soft);font-size:.9rem}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;z-index:9;background:var(--card);padding:.5rem 1rem}
.button,.field input,.field select,input[type=search]{font:inherit;font-size:.88rem;border:1px solid var(--line);border-radius:6px;background:var(--card);color:var(--ink);padding:.2rem .7rem;min-height:1.9rem}
.button,summary{cursor:pointer}.button:hover:not(:disabled){border-color:var(--link);color:var(--link)}
.button:disabled{color:var(--soft);cursor:default}
.button[aria-pressed=true],.button[aria-expanded=true]{border-color:var(--link);box-shadow:inset 0 0 0 1px var(--link)}
.link{font:inherit;background:none;border:0;padding:0;color:var(--link);cursor:pointer;text-align:left}
.link:hover{text-decoration:underline}
.field{font-size:.88rem;color:var(--soft)}.field select{max-width:100%}.where .field{min-width:0;max-width:100%}
.pill,.tag{display:inline-block;border-radius:999px;padding:.05rem .6rem;font-size:.8rem;font-weight:600;white-space:nowrap}
.tag{padding:0 .45rem;font-size:.76rem;background:var(--quiet-bg);color:var(--quiet);line-height:1.4}
${['good', 'bad', 'unsure', 'quiet'].map((tone) => `.${tone}{--tone:var(--${tone});--tone-bg:var(--${tone}-bg)}`).join('')}
.pill,.cell:is(.good,.bad){background:var(--tone-bg);color:var(--tone)}
.tag.needed{background:var(--bad-bg);color:var(--bad)}.tag.proof{background:var(--proof-bg);color:var(--proof)}.tag.changed{background:var(--unsure-bg);color:var(--unsure)}
.command{display:flex;gap:.5rem;align-items:stretch;min-width:0;margin:.2rem 0}
.command code{background:var(--code);border:1px solid var(--line);border-radius:6px;padding:.3rem .6rem;white-space:pre-wrap;overflow-wrap:anywhere;user-select:all;flex:1 1 auto;min-width:0}
.command .button{min-width:5rem}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;width:100%;background:var(--card);font-size:.9rem;border:1px solid var(--line)}
caption{text-align:left;color:var(--soft);font-size:.85rem;font-weight:700;padding:.4rem 0}
th,td{text-align:left;padding:.3rem .6rem;border-top:1px solid var(--line);vertical-align:baseline;overflow-wrap:break-word}
thead th{color:var(--soft);font-size:.84rem;border-top:0;vertical-align:bottom}
tbody th{font-weight:400}tbody th[scope=row]{position:sticky;left:0;background:var(--card)}
th.group{font-weight:600;border-right:1px solid var(--line);vertical-align:top}
td.number,th.number{white-space:nowrap;font-variant-numeric:tabular-nums}
tr.weak td,tr.weak th{color:var(--soft)}
tr.evidence,tr.evidence th[scope]{background:var(--proof-bg)}
pre{background:var(--code);border-radius:6px;padding:.5rem .7rem;margin:.2rem 0;white-space:pre-wrap}
pre,.link,.happened,.turned,.ending,.troubles li,.faults li{overflow-wrap:anywhere}
pre[tabindex]{overflow:auto;max-height:22rem}
td pre{min-width:20rem}
footer{color:var(--soft);font-size:.85rem;margin:2rem 0}
kbd{border:1px solid var(--line);border-radius:4px;padding:0 .3rem;background:var(--code)}
s,del{color:var(--soft)}ins{text-decoration:none;font-weight:600}
@media (max-width:700px){body{padding:.6rem}}
`;

const PAPER = `
@media print{html{background:#fff;font-size:11px}body{max-width:none;padding:0}.button,.toolbar,.tabs,.bar nav,.skip,.minimap,.where label,.chips{display:none!important}
.diagram{max-height:none!important;overflow:visible!important}.panes{display:block!important}.canvas{overflow:visible!important}.row,tr,.pill{break-inside:avoid}pre[tabindex]{max-height:none}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`;

export const STYLE = (COLOURS + GROUND + VIEW_STYLE + RUN_STYLE + PAPER).replaceAll('\n', '');

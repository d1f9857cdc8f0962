/** How a run looks: diagram, twin, charts, groups. Rows are as high as the drawing's, whatever the fonts. */
export const RUN_STYLE = `
.toolbar{display:flex;flex-wrap:wrap;gap:.4rem;align-items:center;margin:.3rem 0}
.toolbar input[type=search]{width:13rem}
.joined{display:inline-flex}.joined .button{border-radius:0}.joined .button:first-child{border-radius:6px 0 0 6px}.joined .button:last-child{border-radius:0 6px 6px 0;margin-left:-1px}
.filters{border:1px solid var(--line);border-radius:8px;background:var(--card);padding:.5rem .8rem;margin:.3rem 0}
.picks{display:flex;flex-wrap:wrap;gap:.25rem .35rem;align-items:center;margin:.25rem 0}.picks .label{flex:0 0 9rem;margin:0}
.pick{font:inherit;font-size:.84rem;border:1px solid var(--line);border-radius:999px;background:none;color:var(--ink);padding:.05rem .6rem;cursor:pointer;min-height:1.6rem;max-width:100%;overflow-wrap:anywhere}
.pick.in{border-color:var(--good);background:var(--good-bg);color:var(--good)}.pick.out{border-color:var(--bad);background:var(--bad-bg);color:var(--bad);text-decoration:line-through}
.pick small{color:inherit}
.legend .key{margin-left:.8rem;font-weight:700;color:var(--arrow)}.legend .key:first-child{margin-left:0}.legend .bolt,.legend .crash{color:var(--bad)}.legend .ring{color:var(--proof)}
p.legend{font-size:.82rem}
.panes{display:grid;grid-template-columns:minmax(0,1fr) minmax(15rem,20rem);gap:.8rem;align-items:start}
.canvas{display:flex;border:1px solid var(--line);border-radius:8px;background:var(--card);overflow:hidden}
.diagram{flex:1 1 auto;min-width:0;max-height:min(74vh,52rem);overflow:auto;position:relative;overscroll-behavior:contain}
.heads{position:sticky;top:0;z-index:2;display:flex;align-items:end;background:var(--card);border-bottom:1px solid var(--line);min-width:calc(5.6rem + var(--lanes-px) + 22rem);width:100%}
.heads>div{display:flex}.heads>div span{text-align:center;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;padding:.25rem .1rem;font-size:.8rem;font-weight:600}
.heads.narrow>div span{writing-mode:vertical-rl;transform:rotate(180deg);height:6.2rem;text-align:left;padding:.2rem 0;line-height:1.1;display:flex;align-items:center}
.heads .component{color:var(--link)}
.heads .time{padding-bottom:.25rem}
.time{flex:0 0 5.6rem;width:5.6rem;text-align:right;padding-right:.7rem;color:var(--soft);white-space:nowrap}
.body{position:relative;min-width:calc(5.6rem + var(--lanes-px) + 22rem)}
.lines{position:absolute;left:5.6rem;z-index:1;pointer-events:none}
.rows{position:absolute;inset:0}
.row{position:absolute;left:0;right:0;contain:strict;display:flex;height:var(--row-px);line-height:var(--row-px);font-size:.88rem;cursor:pointer}
.row:hover:not(.gap){background:var(--quiet-bg)}
.row .what{margin-left:var(--lanes-px);padding:0 .6rem;flex:1 1 0;min-width:0;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.who,.n{color:var(--soft)}.n{text-decoration:none}
.row .n{display:inline-block;min-width:2em}
.row.struck{background:var(--bad-bg)}.row.struck :is(.what,.who,.n,.time){color:var(--bad)}
.row.evidence{background:var(--proof-bg)}.row.evidence :is(.who,.n,.time){color:inherit}
.row.crowded{background:none;pointer-events:none}
.row.led,td.led{box-shadow:inset 4px 0 var(--proof)}
.row.chosen{outline:2px solid var(--link);outline-offset:-2px;background:var(--quiet-bg)}
.row.gap{color:var(--soft);font-style:italic;cursor:default}
.row.dim{background:none}.row.dim :is(.what,.who,.n,.time){color:var(--soft)}.row.lit .what{font-weight:600}.lines .dim{opacity:.22}
.lane{stroke:var(--lane);stroke-width:2;fill:none}
.out{fill:var(--bad);fill-opacity:.22}.band{fill:var(--bad);fill-opacity:.05}
.arrow{fill:none;stroke:var(--arrow);stroke-width:1.4}.arrow.cause{stroke-dasharray:5 3}.arrow.long{stroke-opacity:.5}
.head{fill:var(--arrow)}.dot{fill:var(--ink)}.start{fill:var(--card);stroke:var(--ink);stroke-width:1.5}
.ring{fill:var(--proof-bg);stroke:var(--proof);stroke-width:2}path.chosen{fill:none;stroke:var(--link);stroke-width:2}
.crash{stroke:var(--bad);stroke-width:3;stroke-linecap:round;fill:none}.bolt{fill:var(--bad)}
.minimap{flex:0 0 40px;position:relative;border-left:1px solid var(--line);cursor:pointer;touch-action:none}.minimap canvas{position:absolute;inset:0;width:100%;height:100%}
.minimap .seen{position:absolute;top:0;left:0;right:0;min-height:6px;border:1px solid var(--link);background:color-mix(in srgb,var(--link) 14%,transparent);pointer-events:none}
.details{border:1px solid var(--line);border-radius:8px;background:var(--card);padding:.3rem .9rem .7rem;max-height:min(74vh,52rem);overflow:auto;overflow-wrap:anywhere;font-size:.9rem}
.details pre[tabindex]{max-height:16rem;font-size:.8rem}.details .tools{display:flex;flex-wrap:wrap;gap:.3rem}
.details ul{list-style:none;padding:0;margin:0}.details .entries li{margin:.15rem 0}
.state li{padding:.1rem .4rem;border-left:3px solid transparent;font-size:.85rem}.state li.changed{border-left-color:var(--unsure);background:var(--unsure-bg)}.state li.changed .muted{color:inherit}
.state .sign{font-weight:700;color:var(--unsure)}.state li.changed del{color:inherit}
.twin td{width:50%}.twin td.number{width:1%;color:var(--soft)}.twin .strip{vertical-align:middle;margin-right:.4rem}
.twin tr.first td{border-top:2px solid var(--bad)}.twin :is(.first,.differs) td:not(.none){background:var(--bad-bg)}
.twin :is(.first,.differs,.moved) :is(.who,.n,.number){color:inherit}
.twin tr.moved td:not(.none){background:var(--unsure-bg)}
.twin .fold td{color:var(--soft);font-style:italic;text-align:center}
.axis{display:grid;grid-template-columns:1fr auto;gap:.2rem .8rem;align-items:center}.axis .field{display:flex;gap:.5rem}.axis input{flex:1;padding:0}.axis p{grid-column:1/-1}
.chart{margin:.8rem 0}.chart figcaption{font-weight:600}.chart figcaption .muted{font-weight:400}
.plot{position:relative}.plot svg{width:100%;height:120px;background:var(--card);border:1px solid var(--line);border-radius:6px;display:block;cursor:crosshair}
.plot .most{position:absolute;left:.3rem;top:0;font-size:.78rem;color:var(--soft)}
.chart .legend{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;padding:0;margin:.2rem 0;font-size:.84rem}
.series{fill:none;stroke-width:2;vector-effect:non-scaling-stroke}
.member{fill-opacity:.3}${['link', 'bad', 'good', 'proof', 'unsure', 's5', 's6', 'soft'].map((colour, n) => `.s${n}{stroke:var(--${colour})}.m${n}{fill:var(--${colour})}`).join('')}
.fault-bands{fill:var(--bad);opacity:.22}.squeezed{stroke:var(--soft);stroke-dasharray:1 3;vector-effect:non-scaling-stroke}
.cursor{stroke:var(--link);stroke-width:2;vector-effect:non-scaling-stroke}
.band-names{list-style:none;padding:0;margin:.2rem 0;font-size:.82rem}.band-names li{position:relative;padding-left:calc(min(var(--from)*100%,55%) + .6rem);overflow-wrap:anywhere}
.band-names .mark{position:absolute;left:calc(var(--from)*100%);width:max(3px,calc((var(--to) - var(--from))*100%));top:0;bottom:0;background:var(--bad);opacity:.22}
.band-names .letter{font-weight:700;color:var(--bad)}
.assignment{display:grid;grid-template-columns:8rem 1fr;align-items:center;font-size:.84rem}.share{position:relative;height:24px;cursor:crosshair}.share svg{width:100%;height:100%;background:var(--card);border:1px solid var(--line)}
.share .who{position:absolute;top:0;line-height:24px;padding:0 .3rem;overflow:hidden;white-space:nowrap;text-overflow:ellipsis;color:var(--ink);pointer-events:none}
.grouped .chart,.grouped .band-names{margin-left:8rem}.generations{display:flex;flex-wrap:wrap;gap:.1rem .9rem}
.rebalance{stroke:var(--ink);stroke-dasharray:2 2;vector-effect:non-scaling-stroke}
@media (max-width:900px){.panes{grid-template-columns:minmax(0,1fr)}.details{max-height:none}}
@media (max-width:700px){.pill{white-space:normal;border-radius:9px}th,td{vertical-align:top}.minimap{display:none}.grouped .chart,.grouped .band-names{margin-left:5rem}.time{flex-basis:4.3rem;width:4.3rem;padding-right:.4rem}.lines{left:4.3rem}.picks .label{flex-basis:100%}.assignment{grid-template-columns:5rem 1fr}
.twin,.twin tbody,.twin tr,.twin td{display:block;width:auto!important}.twin thead{display:none}.twin td.number{border-top:0;padding-bottom:0}.twin td{border-top:0}.twin tr{border-top:1px solid var(--line)}.twin td.none{display:none}}
`;

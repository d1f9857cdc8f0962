/** How the time line looks. Its rows are as high as the drawing's, whatever the fonts. */
export const TIMELINE_STYLE = `
.legend .key{margin-left:.8rem;font-weight:700;color:var(--arrow)}.legend .key:first-child{margin-left:0}
.legend [data-script]{font-weight:400;color:inherit}.legend .bolt,.legend .crash{color:var(--bad)}.legend .ring{color:var(--proof)}
.timeline{overflow:auto;max-height:90vh;border:1px solid var(--line);border-radius:8px;background:var(--card)}
.heads{position:sticky;top:0;z-index:2;display:flex;background:var(--card);border-bottom:1px solid var(--line);min-width:calc(6.2rem + var(--lanes-px) + 26rem)}
.heads .time{padding:.3rem .6rem}.heads div{display:flex}
.heads div span{width:var(--lane-px);text-align:center;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;padding:.3rem .2rem;font-size:.82rem;font-weight:600}
.heads .component{color:var(--link)}
.time{flex:0 0 6.2rem;width:6.2rem;text-align:right;padding-right:.8rem;color:var(--soft);white-space:nowrap}
.body{position:relative;min-width:calc(6.2rem + var(--lanes-px) + 26rem)}
.drawing{position:absolute;left:6.2rem;top:0;pointer-events:none}
.drawing g{pointer-events:auto}
.rows{list-style:none;margin:0;padding:0}
.rows li{display:flex;height:var(--row-px);line-height:var(--row-px);font-size:.88rem}
.rows li:hover{background:var(--quiet-bg)}
.rows .what{margin-left:var(--lanes-px);padding:0 .8rem;flex:1 1 0;min-width:0;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.rows .who{color:var(--soft)}
.rows .n{color:var(--soft);text-decoration:none;font-size:.8em;display:inline-block;min-width:2.2em}
.rows .n:hover{text-decoration:underline}
.rows .struck{background:var(--bad-bg)}.rows .struck .what{color:var(--bad);font-weight:600}
.rows .evidence{background:var(--proof-bg)}
.rows .led{box-shadow:inset 4px 0 var(--proof)}td.led{box-shadow:inset 4px 0 var(--proof)}
.twin h5{display:inline;text-transform:none;letter-spacing:0;font-size:.95rem;color:inherit}.twin .who{color:var(--soft)}
.twin tr.first td{border-top:2px solid var(--bad)}.twin tr.first td,.twin tr.differs td{background:var(--bad-bg)}.twin tr td.none{background:none}
.happened{margin:.4rem 0;overflow-wrap:anywhere}
.rows .tall{height:calc(2*var(--row-px))}.rows .tall .what{white-space:normal;line-height:calc(.85*var(--row-px));padding-top:.15rem}
.rows .gap{color:var(--soft);font-style:italic}
.rows li:target{outline:2px solid var(--link);outline-offset:-2px}
.lane{stroke:var(--lane);stroke-width:2;fill:none}.lane.idle{stroke-dasharray:2 4}
.out{fill:var(--bad);fill-opacity:.22}
.arrow{fill:none;stroke:var(--arrow);stroke-width:1.4}.arrow.cause{stroke-dasharray:5 3}.arrow.long{stroke-opacity:.5}
.lit li:not(.on),.lit g:not(.on){opacity:.3}.rows li{cursor:default}
.head{fill:var(--arrow)}
.dot{fill:var(--ink)}
.ring{fill:var(--proof-bg);stroke:var(--proof);stroke-width:2}
.crash{stroke:var(--bad);stroke-width:3;stroke-linecap:round}.bolt{fill:var(--bad)}
@media screen and (max-width:760px){.drawing,.heads{display:none}.body{min-width:0}.rows li,.rows .tall{height:auto;line-height:1.5;padding:.2rem 0}
.rows .what{margin-left:0;white-space:normal;overflow-wrap:anywhere;line-height:inherit!important}.time{width:5.2rem;flex-basis:5.2rem}}
`;
